#include <chafa.h>

/// The environment of the process: it tells the kind of terminal, and programs started from here get it.
static inline char *_Nullable *_Nonnull terminal_environment(void) {
  extern char **environ;
  return environ;
}
