// The one place that speaks to libgomp.
//
// oneDNN links it, so its team of threads is there anyway and is shared: two pools would fight for the same
// cores. The toolchain has no omp.h, and no link to libgomp of its own is wanted: its functions are looked up.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "CKernels.h"

#if defined(__x86_64__)
#define FLUSH_BITS 0x8040u  // flush to zero, denormals are zero

uint32_t cnn_flush_denormals(void) {
  uint32_t state = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(state | FLUSH_BITS);
  return state;
}

void cnn_restore_denormals(uint32_t state) { __builtin_ia32_ldmxcsr(state); }
#else
uint32_t cnn_flush_denormals(void) { return 0; }

void cnn_restore_denormals(uint32_t state) { (void)state; }
#endif

int32_t cnn_allowed_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

typedef void (*set_count)(int);
typedef void (*start_parallel)(void (*)(void *), void *, unsigned, unsigned);
typedef int (*team_query)(void);

typedef struct {
  void *context;
  void (*body)(void *, ptrdiff_t, ptrdiff_t);
  team_query number, size;
  ptrdiff_t count;
} job;

// The team may be smaller than what was asked for, so each asks for its size.
static void run_part(void *pointer) {
  const job *j = pointer;
  const ptrdiff_t number = j->number(), parts = j->size();
  const ptrdiff_t share = j->count / parts, rest = j->count % parts;
  const ptrdiff_t begin = number * share + (number < rest ? number : rest);
  const ptrdiff_t end = begin + share + (number < rest ? 1 : 0);
  if (begin < end) j->body(j->context, begin, end);
}

void cnn_parallel(int32_t threads, ptrdiff_t count, void *context,
                  void (*body)(void *context, ptrdiff_t begin, ptrdiff_t end)) {
  start_parallel start = (start_parallel)dlsym(RTLD_DEFAULT, "GOMP_parallel");
  team_query number = (team_query)dlsym(RTLD_DEFAULT, "omp_get_thread_num");
  team_query size = (team_query)dlsym(RTLD_DEFAULT, "omp_get_num_threads");
  if (threads < 2 || !start || !number || !size) {
    if (count > 0) body(context, 0, count);
    return;
  }
  job j = {context, body, number, size, count};
  start(run_part, &j, (unsigned)threads, 0);
}

static void flush_worker(void *context, ptrdiff_t begin, ptrdiff_t end) {
  (void)context, (void)begin, (void)end;
  cnn_flush_denormals();
}

void cnn_start_team(int32_t threads) {
  set_count set = (set_count)dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(threads);
  int context = 0;
  // The calling thread is one of the team; it gets its own state back.
  uint32_t state = cnn_flush_denormals();
  cnn_parallel(threads, threads, &context, flush_worker);
  cnn_restore_denormals(state);
}

void cnn_advise_huge_pages(void *base, ptrdiff_t bytes) {
  const uintptr_t page = 2u << 20;
  uintptr_t begin = ((uintptr_t)base + page - 1) & ~(page - 1), end = ((uintptr_t)base + (uintptr_t)bytes) & ~(page - 1);
  if (end > begin) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}
