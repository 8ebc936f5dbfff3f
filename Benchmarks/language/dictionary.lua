local function countNumbers(n)
  local counts = {}
  local x = 1
  for _ = 1, n do
    x = (x * 1103515245 + 12345) % 2147483648
    local key = x % 1000
    counts[key] = (counts[key] or 0) + 1
  end
  return counts
end

local function countWords(words, n)
  local counts = {}
  for i = 0, n - 1 do
    local word = words[i * 7 % #words + 1]
    if counts[word] == nil then counts[word] = 0 end
    counts[word] = counts[word] + 1
  end
  return counts
end

local numbers = countNumbers(2000000)
local words = {}
for i = 0, 49 do words[#words + 1] = "word" .. i end
local counted = countWords(words, 2000000)
local distinct, largest = 0, 0
for _, count in pairs(numbers) do
  distinct = distinct + 1
  if count > largest then largest = count end
end
print(distinct .. " " .. largest .. " " .. counted["word7"])
