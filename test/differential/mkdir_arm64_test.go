package differential

const sysMkdir = -1 // mkdirat(2) only
