local function makeCounter(step)
  local count = 0
  return function()
    count = count + step
    return count
  end
end

local function compose(f, g) return function(x) return g(f(x)) end end

local function apply(values, f)
  local result = {}
  for i = 1, #values do result[#result + 1] = f(values[i]) end
  return result
end

local function run(n)
  local counter = makeCounter(3)
  for _ = 1, n do counter() end
  local both = compose(function(x) return x + 1 end, function(x) return x * 2 end)
  local sum = 0
  for i = 0, n - 1 do sum = sum + both(i) % 10 end
  local values = {}
  for i = 0, 999 do values[#values + 1] = i end
  for k = 0, n // 1000 - 1 do
    local shifted = apply(values, function(x) return x + k end)
    sum = sum + shifted[1000]
  end
  return counter() + sum
end
print(run(1500000))
