bf_plugin(file filtration SOURCES file.c ../source_file.c ../dataset/digest.c LIBRARIES ${CRYPTO})
