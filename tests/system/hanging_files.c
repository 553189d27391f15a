// Preloaded into the exporter by test_waits_for_nothing.py: a file system that hangs. While the file
// HANG_WHILE is there, nothing comes back that opens a file below HANG_BELOW or asks about one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void hang(const char* path) {
  const char* below = getenv("HANG_BELOW");
  const char* marker = getenv("HANG_WHILE");
  if (path == NULL || below == NULL || marker == NULL || strncmp(path, below, strlen(below)) != 0) {
    return;
  }
  while (syscall(SYS_access, marker, F_OK) == 0) {
    usleep(5000);
  }
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

FILE* fopen(const char* path, const char* mode) {
  hang(path);
  return NEXT(fopen)(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  hang(path);
  return NEXT(fopen64)(path, mode);
}
int stat(const char* path, struct stat* into) {
  hang(path);
  return NEXT(stat)(path, into);
}
int stat64(const char* path, struct stat64* into) {
  hang(path);
  return NEXT(stat64)(path, into);
}
