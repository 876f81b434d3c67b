bf_plugin(file graph SOURCES file.c ../source_file.c ../dataset/digest.c LIBRARIES ${CRYPTO})
