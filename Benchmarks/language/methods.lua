local Random = {}
Random.__index = Random
function Random.new(state) return setmetatable({state = state}, Random) end
function Random:next()
  self.state = (self.state * 1103515245 + 12345) % 2147483648
  return self.state
end

local Vector = {}
Vector.__index = Vector
function Vector.new(x, y) return setmetatable({x = x, y = y}, Vector) end
function Vector:plus(other) return Vector.new(self.x + other.x, self.y + other.y) end
function Vector:scaled(by) return Vector.new(self.x * by, self.y * by) end

local function walk(n)
  local random = Random.new(42)
  local position = Vector.new(0, 0)
  for _ = 1, n do
    local step = Vector.new(random:next() % 3 - 1, random:next() % 3 - 1)
    position = position:plus(step:scaled(2))
  end
  return position.x * position.x + position.y * position.y
end
print(walk(600000))
