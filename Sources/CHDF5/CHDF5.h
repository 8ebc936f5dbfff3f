#include <hdf5.h>
#include <string.h>

// HDF5 hides its constants and the versions of its functions behind macros, which Swift does not see. These
// functions spell them out, and leave the choice of version to the header of the installed library.

/// Prepares the library: no messages on standard error, no plug-ins, no links into other files.
static inline int cnn_h5_start(void) {
  if (H5open() < 0) return -1;
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  if (H5PLset_loading_state(0) < 0) return -1;
  return H5Lunregister(H5L_TYPE_EXTERNAL);
}

static inline hid_t cnn_h5_open(const char *_Nonnull path) {
  return H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
}

static inline hid_t cnn_h5_object(hid_t place, const char *_Nonnull path) {
  return H5Oopen(place, path, H5P_DEFAULT);
}

static inline hid_t cnn_h5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t cnn_h5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t cnn_h5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t cnn_h5_native_uint8(void) { return H5T_NATIVE_UINT8; }

/// Strings of any length, in the character set of another type of strings.
static inline hid_t cnn_h5_variable_string(hid_t like) {
  hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  // HDF5 refuses to convert between character sets, so the set is taken over.
  H5Tset_cset(type, H5Tget_cset(like));
  H5Tset_size(type, H5T_VARIABLE);
  return type;
}

// MARK: Links and objects

enum cnn_h5_link { CNN_H5_HARD, CNN_H5_SOFT, CNN_H5_ELSEWHERE };
enum cnn_h5_kind { CNN_H5_GROUP, CNN_H5_DATASET, CNN_H5_OTHER, CNN_H5_UNREADABLE };

typedef int (*cnn_h5_visitor)(const char *_Nonnull name, enum cnn_h5_link link, void *_Nullable context);

struct cnn_h5_visit {
  cnn_h5_visitor _Nonnull visitor;
  void *_Nullable context;
};

static herr_t cnn_h5_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *data) {
  (void)group;
  struct cnn_h5_visit *visit = (struct cnn_h5_visit *)data;
  enum cnn_h5_link link = info->type == H5L_TYPE_HARD ? CNN_H5_HARD
                        : info->type == H5L_TYPE_SOFT ? CNN_H5_SOFT : CNN_H5_ELSEWHERE;
  return visit->visitor(name, link, visit->context);
}

/// Calls the visitor for each link of a group; what it returns other than 0 ends the visit and is returned.
static inline int cnn_h5_links(
    hid_t group, int by_creation, cnn_h5_visitor _Nonnull visitor, void *_Nullable context) {
  struct cnn_h5_visit visit = {visitor, context};
  return H5Literate(
      group, by_creation ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_INC, NULL, cnn_h5_visit_link, &visit);
}

/// Whether the group remembers the order in which its members were made.
static inline int cnn_h5_keeps_order(hid_t group) {
  hid_t properties = H5Gget_create_plist(group);
  unsigned flags = 0;
  if (properties < 0) return 0;
  if (H5Pget_link_creation_order(properties, &flags) < 0) flags = 0;
  H5Pclose(properties);
  return (flags & H5P_CRT_ORDER_TRACKED) != 0;
}

/// What an open object is, where it lies in the file, and how many attributes it has.
static inline enum cnn_h5_kind cnn_h5_inspect(
    hid_t object, unsigned long long *_Nonnull address, unsigned long long *_Nonnull attributes) {
  H5O_info_t info;
#if H5_VERSION_GE(1, 12, 0)
  if (H5Oget_info3(object, &info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS) < 0) return CNN_H5_UNREADABLE;
  memcpy(address, &info.token, sizeof *address);
#else
  if (H5Oget_info2(object, &info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS) < 0) return CNN_H5_UNREADABLE;
  *address = info.addr;
#endif
  *attributes = info.num_attrs;
  if (info.type == H5O_TYPE_GROUP) return CNN_H5_GROUP;
  return info.type == H5O_TYPE_DATASET ? CNN_H5_DATASET : CNN_H5_OTHER;
}

static inline hid_t cnn_h5_attribute(hid_t object, unsigned long long index) {
  return H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, index, H5P_DEFAULT, H5P_DEFAULT);
}

// MARK: Reading

static inline int cnn_h5_read_attribute(hid_t attribute, hid_t type, void *_Nonnull buffer) {
  return H5Aread(attribute, type, buffer);
}

static inline int cnn_h5_read_all(hid_t dataset, hid_t type, void *_Nonnull buffer) {
  return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
}

static inline void cnn_h5_free_strings(hid_t type, hid_t space, void *_Nonnull buffer) {
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
}

// Numbers that do not fit end the reading instead of being cut to the nearest that does.
static H5T_conv_ret_t cnn_h5_refuse(
    H5T_conv_except_t problem, hid_t from, hid_t to, void *source, void *target, void *context) {
  (void)from, (void)source, (void)target, (void)context;
  int overflows = problem == H5T_CONV_EXCEPT_RANGE_HI || problem == H5T_CONV_EXCEPT_RANGE_LOW;
  return overflows && H5Tget_class(to) == H5T_INTEGER ? H5T_CONV_ABORT : H5T_CONV_UNHANDLED;
}

/// Reads `count` entries of the first axis, from `start` on.
static inline int cnn_h5_read_rows(
    hid_t dataset, hid_t type, int rank, const hsize_t *_Nonnull sizes, hsize_t start, hsize_t count,
    void *_Nonnull buffer) {
  hsize_t first[H5S_MAX_RANK] = {0}, extent[H5S_MAX_RANK];
  if (rank < 0 || rank > H5S_MAX_RANK) return -1;
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  int result = -1;
  if (transfer < 0) return -1;
  H5Pset_type_conv_cb(transfer, cnn_h5_refuse, NULL);
  if (rank == 0) {
    result = H5Dread(dataset, type, H5S_ALL, H5S_ALL, transfer, buffer);
  } else {
    memcpy(extent, sizes, (size_t)rank * sizeof *extent);
    first[0] = start;
    extent[0] = count;
    hid_t selection = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(rank, extent, NULL);
    if (selection >= 0 && memory >= 0 &&
        H5Sselect_hyperslab(selection, H5S_SELECT_SET, first, NULL, extent, NULL) >= 0)
      result = H5Dread(dataset, type, memory, selection, transfer, buffer);
    if (memory >= 0) H5Sclose(memory);
    if (selection >= 0) H5Sclose(selection);
  }
  H5Pclose(transfer);
  return result;
}

// MARK: How a dataset is stored

enum cnn_h5_storage { CNN_H5_PLAIN, CNN_H5_OTHER_FILES, CNN_H5_OTHER_FILTER, CNN_H5_NO_STORAGE };

/// Whether the data lie in this file under filters that are built in: deflate, shuffle and fletcher32.
///
/// `chunk` gets how many entries of the first axis one chunk holds, 1 for data in one piece; `filter` the
/// name of a filter that is not built in.
static inline enum cnn_h5_storage cnn_h5_storage_of(
    hid_t dataset, unsigned long long *_Nonnull chunk, char *_Nonnull filter, size_t room) {
  hid_t properties = H5Dget_create_plist(dataset);
  enum cnn_h5_storage result = CNN_H5_PLAIN;
  *chunk = 1;
  *filter = 0;
  if (properties < 0) return CNN_H5_NO_STORAGE;
  H5D_layout_t layout = H5Pget_layout(properties);
  if (layout == H5D_VIRTUAL || H5Pget_external_count(properties) > 0) {
    result = CNN_H5_OTHER_FILES;
  } else if (layout < 0) {
    result = CNN_H5_NO_STORAGE;
  } else if (layout == H5D_CHUNKED) {
    hsize_t sizes[H5S_MAX_RANK];
    if (H5Pget_chunk(properties, H5S_MAX_RANK, sizes) > 0) *chunk = sizes[0];
    int count = H5Pget_nfilters(properties);
    for (int i = 0; i < count && result == CNN_H5_PLAIN; i++) {
      unsigned flags = 0;
      size_t values = 0;
      H5Z_filter_t id = H5Pget_filter2(properties, (unsigned)i, &flags, &values, NULL, room, filter, NULL);
      if (id != H5Z_FILTER_DEFLATE && id != H5Z_FILTER_SHUFFLE && id != H5Z_FILTER_FLETCHER32)
        result = CNN_H5_OTHER_FILTER;
    }
    if (count < 0) result = CNN_H5_NO_STORAGE;
  }
  H5Pclose(properties);
  return result;
}
