"""Opens pseudo terminals and says on them what a schedule tells (see schedule.ts), noting the time of every write.

Started with the number of terminals; prints their names as JSON. Then, for each line on stdin, "SCHEDULE LOG" (two paths
as a JSON list): plays the schedule, writes the log, prints "done". What the other end says is read and forgotten, as a
device would take it. Both clocks are CLOCK_MONOTONIC, which all processes of a machine share.
"""
import json, os, pty, select, struct, sys, time, tty

masters, slaves = [], []
for _ in range(int(sys.argv[1])):
    master, slave = pty.openpty()
    tty.setraw(slave)
    masters.append(master)
    slaves.append(slave)
print(json.dumps([os.ttyname(slave) for slave in slaves]), flush=True)


def read_schedule(path):
    with open(path, 'rb') as file:
        data = file.read()
    (count,) = struct.unpack_from('<I', data, 0)
    offset, writes = 4, []
    for _ in range(count):
        at_us, port, length = struct.unpack_from('<IHH', data, offset)
        writes.append((at_us * 1000, masters[port], data[offset + 8 : offset + 8 + length]))
        offset += 8 + length
    return writes


def wait_until(due_ns):
    while True:
        left = due_ns - time.monotonic_ns()
        if left <= 0:
            return
        readable, _, _ = select.select(masters, [], [], left / 1e9)
        for master in readable:
            os.read(master, 65536)


def play(schedule, log):
    writes, stamps = read_schedule(schedule), []
    start = time.monotonic_ns() + 100_000_000
    for after_ns, master, data in writes:
        wait_until(start + after_ns)
        stamps.append(time.monotonic_ns())
        while data:
            data = data[os.write(master, data) :]
    with open(log, 'wb') as file:
        file.write(struct.pack(f'<{len(stamps)}q', *stamps))


for line in sys.stdin:
    play(*json.loads(line))
    print('done', flush=True)
