#include <matio.h>

// matio writes its complaints to standard error; what failed is told by the calls themselves.
static void cnn_mat_ignore(int level, char *message) {
  (void)level;
  (void)message;
}

static inline void cnn_mat_be_silent(void) { Mat_LogInitFunc("cnn-files", cnn_mat_ignore); }
