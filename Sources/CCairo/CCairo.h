#include <cairo/cairo.h>
#include <dlfcn.h>

// Cairo brings eighteen other libraries along, which cost 2 ms at every start, and most sessions never draw.
// So it is loaded at the first drawing: the types come from its header, the functions through this table.
#define CAIRO_FUNCTIONS(F) \
  F(image_surface_create) F(image_surface_create_for_data) F(image_surface_get_data) \
  F(image_surface_get_stride) F(surface_flush) F(surface_destroy) F(surface_status) \
  F(create) F(destroy) F(status) F(save) F(restore) F(scale) F(translate) F(rotate) \
  F(set_source_rgba) F(set_source_surface) F(get_source) F(pattern_set_filter) F(paint) \
  F(new_path) F(move_to) F(line_to) F(close_path) F(rectangle) F(arc) F(clip) \
  F(fill) F(stroke) F(set_line_width) F(set_line_cap) F(set_line_join) F(set_dash) \
  F(select_font_face) F(set_font_size) F(text_path) F(show_text)

struct cairo_functions {
#define CAIRO_FIELD(name) __typeof__(cairo_##name) *_Nonnull name;
  CAIRO_FUNCTIONS(CAIRO_FIELD)
#undef CAIRO_FIELD
};

/// Fills the table and returns 1, or returns 0 when this machine has no cairo.
static inline int cairo_functions_load(struct cairo_functions *_Nonnull table) {
  void *library = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
#define CAIRO_LOAD(name) \
  if (!(table->name = (__typeof__(cairo_##name) *)dlsym(library, "cairo_" #name))) return 0;
  CAIRO_FUNCTIONS(CAIRO_LOAD)
#undef CAIRO_LOAD
  return 1;
}
