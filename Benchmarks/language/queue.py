class Job:
    def __init__(self, id, left):
        self.id = id
        self.left = left
        self.waited = 0


class Queue:
    def __init__(self):
        self.jobs = []
        self.head = 0

    def push(self, job):
        self.jobs.append(job)

    def pop(self):
        job = self.jobs[self.head]
        self.head += 1
        return job

    def is_empty(self):
        return self.head >= len(self.jobs)


def run(n):
    queue = Queue()
    for i in range(n):
        queue.push(Job(i, i % 7 + 1))
    done = 0
    waiting = 0
    while not queue.is_empty():
        job = queue.pop()
        job.left -= 1
        if job.left > 0:
            job.waited += 1
            queue.push(job)
        else:
            done += job.id % 3
            waiting += job.waited
    return done, waiting


done, waiting = run(120_000)
print(done, waiting)
