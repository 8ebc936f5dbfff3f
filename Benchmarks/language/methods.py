class Random:
    def __init__(self, state):
        self.state = state

    def next(self):
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return self.state


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def scaled(self, by):
        return Vector(self.x * by, self.y * by)


def walk(n):
    random = Random(42)
    position = Vector(0, 0)
    for _ in range(n):
        step = Vector(random.next() % 3 - 1, random.next() % 3 - 1)
        position = position.plus(step.scaled(2))
    return position.x * position.x + position.y * position.y


print(walk(600_000))
