package stage

const machine = 183 // EM_AARCH64, see elf(5)
