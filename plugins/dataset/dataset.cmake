bf_plugin(disks dataset SOURCES disks.c)
bf_plugin(grid dataset SOURCES grid.c)
bf_plugin(file dataset SOURCES file.c digest.c ../points/pick.c LIBRARIES ${CRYPTO})
