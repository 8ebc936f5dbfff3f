records = []
for i in range(20_000):
    records.append(f"name{i % 97};{i % 31};{i * 3 % 1009}")
text = "\n".join(records)


def parse(text):
    totals = {}
    total = 0
    for line in text.split("\n"):
        fields = line.split(";")
        number = int(fields[2])
        total += int(fields[1]) * number
        totals[fields[0]] = totals.get(fields[0], 0) + number
    return total, totals


result = 0
for _ in range(10):
    total, totals = parse(text)
    result += total + totals["name5"]
print(result)
