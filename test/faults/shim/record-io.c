/*
 * Preloaded into a program under test. Records what the program does to the files below one folder, in order and with the data,
 * so that a test can rebuild what a disk may hold after a power cut; and lets the k-th write or sync fail.
 *
 *   RECORD_FOLDER  absolute, resolved path; what is done to other files is neither recorded nor failed
 *   RECORD_TRACE   file that the record is written to; nothing is recorded without it
 *
 * The program under test speaks to it by opening names below /outpost-io/ (see control.ts).
 * Memory maps are not seen: SQLite's -shm is the only one, and it is made anew after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define CONTROL "/outpost-io/"
#define FILES 65536
#define TRACE_DESCRIPTOR 1000

enum operation { OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, RMDIR, ACKNOWLEDGE, LINK };
enum { ON_WRITE = 1, ON_SYNC = 2 };

/* Little-endian, as the machines that this runs on; `length` bytes follow. */
struct record {
  int32_t operation;
  int32_t descriptor;
  int64_t number;
  int32_t failed;
  int32_t length;
};

static const char *folder;
static size_t folder_length;
static int trace = -1;
static unsigned char watched[FILES];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static struct { int on, error, lasting, fired; long at, writes, syncs; } fault;

__attribute__((constructor)) static void start(void) {
  folder = getenv("RECORD_FOLDER");
  folder_length = folder ? strlen(folder) : 0;
  const char *name = getenv("RECORD_TRACE");
  if (!folder || !name) return;
  int made = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (made < 0 || (trace = fcntl(made, F_DUPFD_CLOEXEC, TRACE_DESCRIPTOR)) < 0) abort();
  syscall(SYS_close, made);
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static int below(const char *path) {
  return folder && path && strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || path[folder_length] == 0);
}

static int is_watched(int descriptor) { return descriptor >= 0 && descriptor < FILES && watched[descriptor]; }

static void note(enum operation operation, int descriptor, int64_t number, int failed, const void *data, size_t length) {
  if (trace < 0) return;
  struct record record = {operation, descriptor, number, failed, (int32_t)length};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)data, length}};
  if (syscall(SYS_writev, trace, parts, 2) != (long)(sizeof record + length)) abort();
}

/* Whether this call is one of those that are to fail; sets errno. */
static int fails(int kind) {
  long count = kind == ON_WRITE ? ++fault.writes : ++fault.syncs;
  if (fault.on != kind || fault.at == 0 || (fault.lasting ? count < fault.at : count != fault.at)) return 0;
  fault.fired++;
  errno = fault.error;
  return 1;
}

static int answer(const char *command) {
  char text[64] = "";
  if (strncmp(command, "acknowledge/", 12) == 0) {
    note(ACKNOWLEDGE, -1, 0, 0, command + 12, strlen(command + 12));
  } else if (strncmp(command, "fail/", 5) == 0) {
    char on[8];
    memset(&fault, 0, sizeof fault);
    if (sscanf(command + 5, "%7[a-z]/%ld/%d/%d", on, &fault.at, &fault.error, &fault.lasting) != 4) abort();
    fault.on = strcmp(on, "sync") == 0 ? ON_SYNC : ON_WRITE;
  } else if (strcmp(command, "counts") == 0) {
    snprintf(text, sizeof text, "%ld %ld %d", fault.writes, fault.syncs, fault.fired);
  } else {
    abort();
  }
  int made = syscall(SYS_memfd_create, "outpost-io", MFD_CLOEXEC);
  if (made >= 0 && text[0]) {
    if (syscall(SYS_pwrite64, made, text, strlen(text), 0) < 0) abort();
  }
  return made;
}

static int open_file(int directory, const char *path, int flags, mode_t mode) {
  if (path && strncmp(path, CONTROL, sizeof CONTROL - 1) == 0) {
    pthread_mutex_lock(&turn);
    int made = answer(path + sizeof CONTROL - 1);
    pthread_mutex_unlock(&turn);
    if (made >= 0 && made < FILES) watched[made] = 0;
    return made;
  }
  if (!below(path)) {
    int opened = syscall(SYS_openat, directory, path, flags, mode);
    if (opened >= 0 && opened < FILES) watched[opened] = 0;
    return opened;
  }
  pthread_mutex_lock(&turn);
  struct stat there;
  int makes = (flags & O_CREAT) && stat(path, &there) != 0;
  int opened = makes && fails(ON_WRITE) ? -1 : (int)syscall(SYS_openat, directory, path, flags, mode);
  int error = errno;
  if (opened >= FILES) abort();
  if (opened >= 0) {
    watched[opened] = 1;
    note(OPEN, opened, flags, 0, path, strlen(path));
  }
  pthread_mutex_unlock(&turn);
  errno = error;
  return opened;
}

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE_OF(flags) return open_file(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return open_file(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int directory, const char *path, int flags, ...) { MODE_OF(flags) return open_file(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { MODE_OF(flags) return open_file(directory, path, flags, mode); }

int close(int descriptor) {
  if (descriptor == trace && trace >= 0) { errno = EBADF; return -1; }
  if (descriptor >= 0 && descriptor < FILES) watched[descriptor] = 0;
  return REAL(close)(descriptor);
}

/* `at` < 0: at the descriptor's own place. A failing write leaves its first half behind, as a disk may. */
static ssize_t put(int descriptor, const struct iovec *parts, int count, off_t at) {
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  char *data = malloc(length ? length : 1);
  if (!data) abort();
  size_t filled = 0;
  for (int i = 0; i < count; i++) {
    memcpy(data + filled, parts[i].iov_base, parts[i].iov_len);
    filled += parts[i].iov_len;
  }
  pthread_mutex_lock(&turn);
  int failed = fails(ON_WRITE) ? errno : 0;
  /* A disk that fills takes what still fits and says so; the next call is the one that is refused. */
  int is_short = failed == ENOSPC && length > 1 && fault.fired == 1;
  size_t part = failed ? length / 2 : length;
  ssize_t written = at < 0 ? syscall(SYS_write, descriptor, data, part) : syscall(SYS_pwrite64, descriptor, data, part, at);
  int error = errno;
  if (written > 0) {
    off_t place = at < 0 ? lseek(descriptor, 0, SEEK_CUR) - written : at;
    note(WRITE, descriptor, place, failed, data, written);
  }
  if (is_short) {
    if (!fault.lasting) fault.at = fault.writes + 1;
  } else if (failed) {
    written = -1;
    error = failed;
  }
  pthread_mutex_unlock(&turn);
  free(data);
  errno = error;
  return written;
}

ssize_t write(int descriptor, const void *data, size_t length) {
  if (!is_watched(descriptor)) return syscall(SYS_write, descriptor, data, length);
  struct iovec part = {(void *)data, length};
  return put(descriptor, &part, 1, -1);
}

ssize_t pwrite64(int descriptor, const void *data, size_t length, off64_t at) {
  if (!is_watched(descriptor)) return syscall(SYS_pwrite64, descriptor, data, length, at);
  struct iovec part = {(void *)data, length};
  return put(descriptor, &part, 1, at);
}
ssize_t pwrite(int descriptor, const void *data, size_t length, off_t at) { return pwrite64(descriptor, data, length, at); }

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  return is_watched(descriptor) ? put(descriptor, parts, count, -1) : syscall(SYS_writev, descriptor, parts, count);
}
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t at) {
  return is_watched(descriptor) ? put(descriptor, parts, count, at) : REAL(pwritev)(descriptor, parts, count, at);
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t at) { return pwritev(descriptor, parts, count, at); }

int ftruncate64(int descriptor, off64_t length) {
  if (!is_watched(descriptor)) return syscall(SYS_ftruncate, descriptor, length);
  pthread_mutex_lock(&turn);
  int result = fails(ON_WRITE) ? -1 : (int)syscall(SYS_ftruncate, descriptor, length);
  int error = errno;
  if (result == 0) note(TRUNCATE, descriptor, length, 0, "", 0);
  pthread_mutex_unlock(&turn);
  errno = error;
  return result;
}
int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

static int synchronise(int descriptor, long call) {
  if (!is_watched(descriptor)) return syscall(call, descriptor);
  pthread_mutex_lock(&turn);
  int result = fails(ON_SYNC) ? -1 : (int)syscall(call, descriptor);
  int error = errno;
  note(SYNC, descriptor, 0, result == 0 ? 0 : error, "", 0);
  pthread_mutex_unlock(&turn);
  errno = error;
  return result;
}
int fsync(int descriptor) { return synchronise(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synchronise(descriptor, SYS_fdatasync); }

#define ON_NAME(operation, path, call) \
  if (!below(path)) return call; \
  pthread_mutex_lock(&turn); \
  int result = operation != UNLINK && operation != RMDIR && fails(ON_WRITE) ? -1 : (int)(call); \
  int error = errno; \
  if (result == 0) note(operation, -1, 0, 0, path, strlen(path)); \
  pthread_mutex_unlock(&turn); \
  errno = error; \
  return result;

int unlink(const char *path) { ON_NAME(UNLINK, path, syscall(SYS_unlink, path)) }
int unlinkat(int directory, const char *path, int flags) {
  ON_NAME(((flags & AT_REMOVEDIR) ? RMDIR : UNLINK), path, syscall(SYS_unlinkat, directory, path, flags))
}
int rmdir(const char *path) { ON_NAME(RMDIR, path, syscall(SYS_rmdir, path)) }
int mkdir(const char *path, mode_t mode) { ON_NAME(MKDIR, path, syscall(SYS_mkdir, path, mode)) }

static int two_names(enum operation operation, long call, const char *from, const char *to) {
  if (!below(to)) return syscall(call, from, to);
  char both[2 * PATH_MAX];
  size_t first = strlen(from) + 1, second = strlen(to);
  if (first + second > sizeof both) abort();
  memcpy(both, from, first);
  memcpy(both + first, to, second);
  pthread_mutex_lock(&turn);
  int result = fails(ON_WRITE) ? -1 : (int)syscall(call, from, to);
  int error = errno;
  if (result == 0) note(operation, -1, 0, 0, both, first + second);
  pthread_mutex_unlock(&turn);
  errno = error;
  return result;
}
int rename(const char *from, const char *to) { return two_names(RENAME, SYS_rename, from, to); }
int link(const char *from, const char *to) { return two_names(LINK, SYS_link, from, to); }
