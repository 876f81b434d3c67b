/* ELF facts of a plugin file, read with bounds-checked pread: the file is hostile and nothing of it runs. The layout is that of <elf.h>
 * (System V ABI, ELF-64): the build-id from a PT_NOTE segment, the symbol from the section .dynsym, its bytes through PT_LOAD. */
#include "base/digest.h"
#include "base/text.h"
#include "plugin/registry.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_HEADERS = 4096, MAX_NOTES = 1 << 16, MAX_STRINGS = 1 << 24, SYMBOL_BLOCK = 256 };
static const uint64_t max_symbols = 1u << 22;

#if defined(__x86_64__)
static const uint16_t machine = EM_X86_64;
#elif defined(__aarch64__)
static const uint16_t machine = EM_AARCH64;
#elif defined(__riscv)
static const uint16_t machine = EM_RISCV;
#elif defined(__powerpc64__)
static const uint16_t machine = EM_PPC64;
#else
static const uint16_t machine = EM_NONE; /* not checked: dlopen will tell */
#endif

typedef struct elf_file {
  const char *path;
  int fd;
  uint64_t size;
  Elf64_Ehdr head;
  Elf64_Phdr *segment;
  size_t nsegment;
} elf_file;

static bf_status bad(const elf_file *f, const char *what) { return bf_fail(BF_PLUGIN, "%s: %s", f->path, what); }

/* Reads exactly n bytes at `offset`; anything beyond the file's end is an error. */
static bf_status read_at(const elf_file *f, uint64_t offset, void *to, size_t n) {
  if (offset > f->size || n > f->size - offset) return bad(f, "not a shared object for this machine: cut off or damaged");
  for (size_t got = 0; got < n;) {
    ssize_t k = pread(f->fd, (char *)to + got, n - got, (off_t)(offset + got));
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) return bad(f, k < 0 ? strerror(errno) : "became shorter while it was read");
    got += (size_t)k;
  }
  return BF_OK;
}

static bf_status check_head(const elf_file *f) {
  const unsigned char *id = f->head.e_ident;
  if (memcmp(id, ELFMAG, SELFMAG)) return bad(f, "not a shared object (no ELF file)");
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  bool order = id[EI_DATA] == ELFDATA2LSB;
#else
  bool order = id[EI_DATA] == ELFDATA2MSB;
#endif
  if (id[EI_CLASS] != ELFCLASS64 || !order || (machine != EM_NONE && f->head.e_machine != machine)) return bad(f, "a shared object for another machine");
  if (f->head.e_type != ET_DYN) return bad(f, "not a shared object (an ELF file of another type)");
  if (f->head.e_phentsize != sizeof(Elf64_Phdr) || !f->head.e_phnum || f->head.e_phnum > MAX_HEADERS)
    return bad(f, "not a shared object for this machine: bad program headers");
  return BF_OK;
}

static void close_elf(elf_file *f) {
  free(f->segment);
  if (f->fd >= 0) close(f->fd);
}

static bf_status open_elf(const char *path, elf_file *f) {
  bf_status status = BF_OK;
  struct stat st;
  *f = (elf_file){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (f->fd < 0 || fstat(f->fd, &st)) return bad(f, strerror(errno));
  if (!S_ISREG(st.st_mode)) return bad(f, "not a regular file");
  f->size = (uint64_t)st.st_size;
  if (f->size < sizeof f->head) return bad(f, f->size ? "not a shared object (too short)" : "an empty file");
  BF_TRY(read_at(f, 0, &f->head, sizeof f->head));
  BF_TRY(check_head(f));
  f->nsegment = f->head.e_phnum;
  f->segment = bf_alloc(f->nsegment, sizeof *f->segment);
  BF_TRY(read_at(f, f->head.e_phoff, f->segment, f->nsegment * sizeof *f->segment));
out:
  return status;
}

/* Looks for the GNU build-id among the notes in n bytes; out stays as it is when there is none. */
static void find_note(const uint8_t *note, size_t n, char out[129]) {
  size_t at = 0;
  while (n - at >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr h;
    memcpy(&h, note + at, sizeof h);
    at += sizeof h;
    uint64_t name = ((uint64_t)h.n_namesz + 3) & ~3ull, body = ((uint64_t)h.n_descsz + 3) & ~3ull;
    if (name > n - at || h.n_descsz > n - at - name) return;
    const uint8_t *id = note + at + name;
    if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 && !memcmp(note + at, "GNU", 4) && h.n_descsz >= 8 && h.n_descsz <= 64) {
      for (size_t i = 0; i < h.n_descsz; i++) snprintf(out + 2 * i, 3, "%02x", id[i]);
      return;
    }
    if (body > n - at - name) return;
    at += name + body;
  }
}

static bf_status read_build_id(const elf_file *f, char out[129]) {
  out[0] = 0;
  for (size_t i = 0; i < f->nsegment && !out[0]; i++) {
    const Elf64_Phdr *p = &f->segment[i];
    if (p->p_type != PT_NOTE || p->p_filesz > MAX_NOTES) continue;
    uint8_t *note = bf_alloc(p->p_filesz, 1);
    bf_status status = read_at(f, p->p_offset, note, p->p_filesz);
    if (status == BF_OK) find_note(note, p->p_filesz, out);
    free(note);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

static bf_status find_dynsym(const elf_file *f, Elf64_Shdr *symbols, Elf64_Shdr *strings) {
  bf_status status = BF_OK;
  Elf64_Shdr *section = NULL;
  size_t n = f->head.e_shnum;
  if (f->head.e_shentsize != sizeof *section || !n || n > MAX_HEADERS) return bad(f, "no section headers, so the symbol bettiflow_plugin can't be looked up");
  section = bf_alloc(n, sizeof *section);
  BF_TRY(read_at(f, f->head.e_shoff, section, n * sizeof *section));
  status = bad(f, "no plugin: it exports no symbol bettiflow_plugin");
  for (size_t i = 0; i < n; i++) {
    if (section[i].sh_type != SHT_DYNSYM || section[i].sh_link >= n) continue;
    *symbols = section[i];
    *strings = section[section[i].sh_link];
    status = BF_OK;
    break;
  }
out:
  free(section);
  return status;
}

/* The file offset behind a virtual address, with at least n bytes of the file there. */
static bf_status offset_of(const elf_file *f, uint64_t address, uint64_t n, uint64_t *offset) {
  for (size_t i = 0; i < f->nsegment; i++) {
    const Elf64_Phdr *p = &f->segment[i];
    if (p->p_type != PT_LOAD || address < p->p_vaddr || address - p->p_vaddr > p->p_filesz || n > p->p_filesz - (address - p->p_vaddr)) continue;
    if (p->p_offset > UINT64_MAX - (address - p->p_vaddr)) continue;
    *offset = p->p_offset + (address - p->p_vaddr);
    return BF_OK;
  }
  return bad(f, "its symbol bettiflow_plugin is not a constant in the file; define it with BF_PLUGIN()");
}

/* Finds the value of the exported symbol bettiflow_plugin among the symbols. */
static bf_status find_symbol(const elf_file *f, const Elf64_Shdr *symbols, const char *strings, size_t nstrings, uint64_t *value) {
  Elf64_Sym block[SYMBOL_BLOCK];
  uint64_t n = symbols->sh_size / sizeof(Elf64_Sym);
  if (n > max_symbols) return bad(f, "more symbols than a plugin can have");
  for (uint64_t i = 0; i < n; i += SYMBOL_BLOCK) {
    size_t k = n - i < SYMBOL_BLOCK ? (size_t)(n - i) : SYMBOL_BLOCK;
    bf_status status = read_at(f, symbols->sh_offset + i * sizeof(Elf64_Sym), block, k * sizeof(Elf64_Sym));
    if (status != BF_OK) return status;
    for (size_t j = 0; j < k; j++) {
      static const char name[] = "bettiflow_plugin";
      if (block[j].st_shndx == SHN_UNDEF || block[j].st_name >= nstrings || nstrings - block[j].st_name < sizeof name) continue;
      if (memcmp(strings + block[j].st_name, name, sizeof name)) continue;
      *value = block[j].st_value;
      return BF_OK;
    }
  }
  return bad(f, "no plugin: it exports no symbol bettiflow_plugin");
}

static bf_status read_symbol(const elf_file *f, bf_elf *out) {
  bf_status status = BF_OK;
  Elf64_Shdr symbols = {0}, names = {0};
  char *strings = NULL;
  uint64_t value = 0, offset = 0;
  uint32_t word[2];
  BF_TRY(find_dynsym(f, &symbols, &names));
  if (names.sh_size > MAX_STRINGS || symbols.sh_offset > f->size) {
    status = bad(f, "not a shared object for this machine: cut off or damaged");
    goto out;
  }
  strings = bf_alloc(names.sh_size <= f->size ? names.sh_size : 1, 1);
  BF_TRY(read_at(f, names.sh_offset, strings, names.sh_size));
  BF_TRY(find_symbol(f, &symbols, strings, names.sh_size, &value));
  BF_TRY(offset_of(f, value, sizeof word, &offset));
  BF_TRY(read_at(f, offset, word, sizeof word));
  out->abi = word[0];
  out->size = word[1];
out:
  free(strings);
  return status;
}

bf_status bf_elf_read(const char *path, bf_elf *out) {
  bf_status status = BF_OK;
  elf_file f;
  *out = (bf_elf){0};
  BF_TRY(open_elf(path, &f));
  BF_TRY(read_build_id(&f, out->build_id));
  BF_TRY(read_symbol(&f, out));
  if (out->abi != BF_ABI)
    status = bf_fail(BF_PLUGIN, "%s: ABI 0x%08" PRIx32 ", this bettiflow needs 0x%08" PRIx32 "; build it against this version's headers", path, out->abi,
                     (uint32_t)BF_ABI);
  else if (out->size != sizeof(bf_plugin))
    status = bf_fail(BF_PLUGIN, "%s: its description has %" PRIu32 " bytes, this bettiflow needs %zu; build it against this version's headers", path, out->size,
                     sizeof(bf_plugin));
out:
  close_elf(&f);
  return status;
}

bf_status bf_build_id(const char *path, char out[129]) {
  elf_file f;
  bf_digest digest;
  out[0] = 0;
  if (open_elf(path, &f) == BF_OK && read_build_id(&f, out) != BF_OK) out[0] = 0;
  close_elf(&f);
  if (out[0]) return BF_OK;
  bf_status status = bf_digest_of_file(path, &digest, NULL);
  if (status != BF_OK) return bf_fail(BF_PLUGIN, "%s", bf_error());
  memcpy(out, digest.hex, sizeof digest.hex);
  return BF_OK;
}
