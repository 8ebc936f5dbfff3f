def build(n):
    lines = []
    line = ""
    for i in range(n):
        line += f"{i % 1000},"
        if len(line) > 70:
            lines.append(line)
            line = ""
    return "\n".join(lines)


total = 0
for _ in range(6):
    total += len(build(200_000))
print(total)
