s = 0
hits = 0
for i = 0, 6000000 - 1 do
  s = s + i % 13
  if i % 3 == 0 then hits = hits + 1 end
end
print(s .. " " .. hits)
