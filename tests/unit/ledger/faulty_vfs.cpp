// The failing file system of faulty_vfs.hpp. Syncs that work are left out: no power is cut here,
// and thousands of histories must run in seconds.
#include "faulty_vfs.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstring>

namespace wolkvox::metrics {
namespace {

struct fault_plan {
  int steps_left = -1;  // negative: none planned
  disk_fault how = disk_fault::full;
  bool failed = false;
  bool read_only = false;
};

fault_plan plan;
sqlite3_vfs* real = nullptr;

struct wrapped_file {
  sqlite3_file base;
  sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* inner(sqlite3_file* file) {
  return reinterpret_cast<wrapped_file*>(file)->inner();
}

bool due() {
  if (plan.failed) {
    return true;
  }
  if (plan.steps_left < 0) {
    return false;
  }
  plan.failed = plan.steps_left-- == 0;
  return plan.failed;
}

int status_of(int when_io_error) {
  if (plan.how == disk_fault::killed) {
    ::kill(::getpid(), SIGKILL);
  }
  return plan.how == disk_fault::io_error ? when_io_error : SQLITE_FULL;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (!due()) {
    return inner(file)->pMethods->xWrite(inner(file), data, size, offset);
  }
  if (plan.how == disk_fault::torn_write || plan.how == disk_fault::killed) {
    inner(file)->pMethods->xWrite(inner(file), data, size / 2, offset);
  }
  return status_of(SQLITE_IOERR_WRITE);
}

int sync(sqlite3_file*, int) {
  return due() ? status_of(SQLITE_IOERR_FSYNC) : SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return due() ? status_of(SQLITE_IOERR_TRUNCATE)
               : inner(file)->pMethods->xTruncate(inner(file), size);
}

const sqlite3_io_methods methods{
    .iVersion = 2,
    .xClose = [](sqlite3_file* f) { return inner(f)->pMethods->xClose(inner(f)); },
    .xRead =
        [](sqlite3_file* f, void* data, int size, sqlite3_int64 offset) {
          return inner(f)->pMethods->xRead(inner(f), data, size, offset);
        },
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = [](sqlite3_file* f,
                    sqlite3_int64* size) { return inner(f)->pMethods->xFileSize(inner(f), size); },
    .xLock = [](sqlite3_file* f, int level) { return inner(f)->pMethods->xLock(inner(f), level); },
    .xUnlock = [](sqlite3_file* f,
                  int level) { return inner(f)->pMethods->xUnlock(inner(f), level); },
    .xCheckReservedLock =
        [](sqlite3_file* f, int* out) {
          return inner(f)->pMethods->xCheckReservedLock(inner(f), out);
        },
    .xFileControl =
        [](sqlite3_file* f, int op, void* argument) {
          return inner(f)->pMethods->xFileControl(inner(f), op, argument);
        },
    .xSectorSize = [](sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); },
    .xShmMap =
        [](sqlite3_file* f, int page, int size, int extend, volatile void** out) {
          return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
        },
    .xShmLock =
        [](sqlite3_file* f, int offset, int count, int flags) {
          return inner(f)->pMethods->xShmLock(inner(f), offset, count, flags);
        },
    .xShmBarrier = [](sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); },
    .xShmUnmap = [](sqlite3_file* f,
                    int remove) { return inner(f)->pMethods->xShmUnmap(inner(f), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  if (plan.read_only && (flags & SQLITE_OPEN_READWRITE) != 0) {
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  auto* wrapped = reinterpret_cast<wrapped_file*>(file);
  const int status = real->xOpen(real, name, wrapped->inner(), flags, out_flags);
  wrapped->base.pMethods = wrapped->inner()->pMethods == nullptr ? nullptr : &methods;
  return status;
}

sqlite3_vfs make_shim() {
  sqlite3_vfs shim = *real;
  shim.szOsFile = static_cast<int>(sizeof(wrapped_file)) + real->szOsFile;
  shim.zName = "faulty";
  shim.pNext = nullptr;
  shim.xOpen = open;
  return shim;
}

sqlite3_vfs shim;

}  // namespace

faulty_vfs::faulty_vfs() {
  real = sqlite3_vfs_find("unix");
  shim = make_shim();
  plan = {};
  sqlite3_vfs_register(&shim, 1);
}

faulty_vfs::~faulty_vfs() {
  sqlite3_vfs_unregister(&shim);
  sqlite3_vfs_register(real, 1);
}

void faulty_vfs::fail_from(int step, disk_fault how) {
  plan.steps_left = step;
  plan.how = how;
  plan.failed = false;
}

void faulty_vfs::heal() {
  plan.steps_left = -1;
  plan.failed = false;
}

bool faulty_vfs::has_failed() const {
  return plan.failed;
}

void faulty_vfs::read_only(bool on) {
  plan.read_only = on;
}

}  // namespace wolkvox::metrics
