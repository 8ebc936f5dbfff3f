local sqrt = math.sqrt

local function advance(bodies, dt)
  local n = #bodies
  for i = 1, n do
    for j = i + 1, n do
      local dx = bodies[i].x - bodies[j].x
      local dy = bodies[i].y - bodies[j].y
      local dz = bodies[i].z - bodies[j].z
      local d2 = dx * dx + dy * dy + dz * dz
      local mag = dt / (d2 * sqrt(d2))
      local mi = bodies[i].mass * mag
      local mj = bodies[j].mass * mag
      bodies[i].vx = bodies[i].vx - dx * mj
      bodies[i].vy = bodies[i].vy - dy * mj
      bodies[i].vz = bodies[i].vz - dz * mj
      bodies[j].vx = bodies[j].vx + dx * mi
      bodies[j].vy = bodies[j].vy + dy * mi
      bodies[j].vz = bodies[j].vz + dz * mi
    end
  end
  for i = 1, n do
    bodies[i].x = bodies[i].x + dt * bodies[i].vx
    bodies[i].y = bodies[i].y + dt * bodies[i].vy
    bodies[i].z = bodies[i].z + dt * bodies[i].vz
  end
  return bodies
end

local function energy(bodies)
  local e = 0.0
  for i = 1, #bodies do
    local b = bodies[i]
    e = e + 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for j = i + 1, #bodies do
      local dx = b.x - bodies[j].x
      local dy = b.y - bodies[j].y
      local dz = b.z - bodies[j].z
      e = e - b.mass * bodies[j].mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function simulate(bodies, steps)
  for _ = 1, steps do bodies = advance(bodies, 0.01) end
  return bodies
end

local function Body(x, y, z, vx, vy, vz, mass)
  return {x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass}
end
local start = {
  Body(0.0, 0.0, 0.0, -0.0004, 0.0026, 0.00002, 39.47),
  Body(4.84, -1.16, -0.10, 0.606, 2.81, -0.02, 0.0377),
  Body(8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.0113),
  Body(12.89, -15.11, -0.22, 1.08, 0.868, -0.01, 0.0017),
  Body(15.38, -25.9, 0.179, 0.979, 0.594, -0.034, 0.002),
}
local e = energy(simulate(start, 80000)) * 1e9
print(math.tointeger(e < 0 and math.ceil(e) or math.floor(e)))
