from math import sqrt


class Body:
    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z, self.vx, self.vy, self.vz, self.mass = x, y, z, vx, vy, vz, mass


def advance(bodies, dt):
    for i in range(len(bodies)):
        for j in range(i + 1, len(bodies)):
            dx = bodies[i].x - bodies[j].x
            dy = bodies[i].y - bodies[j].y
            dz = bodies[i].z - bodies[j].z
            d2 = dx * dx + dy * dy + dz * dz
            mag = dt / (d2 * sqrt(d2))
            mi = bodies[i].mass * mag
            mj = bodies[j].mass * mag
            bodies[i].vx -= dx * mj
            bodies[i].vy -= dy * mj
            bodies[i].vz -= dz * mj
            bodies[j].vx += dx * mi
            bodies[j].vy += dy * mi
            bodies[j].vz += dz * mi
    for i in range(len(bodies)):
        bodies[i].x += dt * bodies[i].vx
        bodies[i].y += dt * bodies[i].vy
        bodies[i].z += dt * bodies[i].vz
    return bodies


def energy(bodies):
    e = 0.0
    for i in range(len(bodies)):
        b = bodies[i]
        e += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
        for j in range(i + 1, len(bodies)):
            dx = b.x - bodies[j].x
            dy = b.y - bodies[j].y
            dz = b.z - bodies[j].z
            e -= b.mass * bodies[j].mass / sqrt(dx * dx + dy * dy + dz * dz)
    return e


def simulate(bodies, steps):
    for _ in range(steps):
        bodies = advance(bodies, 0.01)
    return bodies


start = [
    Body(0.0, 0.0, 0.0, -0.0004, 0.0026, 0.00002, 39.47),
    Body(4.84, -1.16, -0.10, 0.606, 2.81, -0.02, 0.0377),
    Body(8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.0113),
    Body(12.89, -15.11, -0.22, 1.08, 0.868, -0.01, 0.0017),
    Body(15.38, -25.9, 0.179, 0.979, 0.594, -0.034, 0.002),
]
print(int(energy(simulate(start, 80_000)) * 1e9))
