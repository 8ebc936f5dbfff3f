local function Job(id, left) return {id = id, left = left, waited = 0} end

local Queue = {}
Queue.__index = Queue
function Queue.new() return setmetatable({jobs = {}, head = 1}, Queue) end
function Queue:push(job) self.jobs[#self.jobs + 1] = job end
function Queue:pop()
  local job = self.jobs[self.head]
  self.head = self.head + 1
  return job
end
function Queue:isEmpty() return self.head > #self.jobs end

local function run(n)
  local queue = Queue.new()
  for i = 0, n - 1 do queue:push(Job(i, i % 7 + 1)) end
  local done, waiting = 0, 0
  while not queue:isEmpty() do
    local job = queue:pop()
    job.left = job.left - 1
    if job.left > 0 then
      job.waited = job.waited + 1
      queue:push(job)
    else
      done = done + job.id % 3
      waiting = waiting + job.waited
    end
  end
  return done, waiting
end
local done, waiting = run(120000)
print(done .. " " .. waiting)
