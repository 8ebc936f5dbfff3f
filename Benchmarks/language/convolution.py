def convolve(image, kernel, height, width):
    out = []
    for y in range(height - 2):
        row = []
        for x in range(width - 2):
            total = 0.0
            for i in range(3):
                for j in range(3):
                    total += image[y + i][x + j] * kernel[i][j]
            row.append(total)
        out.append(row)
    return out


image = []
for y in range(256):
    row = []
    for x in range(256):
        row.append(((x * 7 + y * 13) % 101) / 10.0)
    image.append(row)
kernel = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]
total = 0.0
for _ in range(8):
    out = convolve(image, kernel, 256, 256)
    for row in out:
        for value in row:
            total += abs(value)
print(int(total))
