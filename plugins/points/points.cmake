bf_plugin(select points SOURCES select.c pick.c)
bf_plugin(split points SOURCES split.c pick.c)
bf_plugin(subsample points SOURCES subsample.c max_min.c spread.c pick.c)
bf_plugin(scale points SOURCES scale.c reference.c)
bf_plugin(standardise points SOURCES standardise.c reference.c)

# LAPACK for points.pca: the reference library, statically. It is compiled for the baseline processor and has no paths of its own, so every machine gets the same
# bits; the shared one may be any LAPACK that the system's alternatives name, and the plugin's build-id would not show a change of it.
set(netlib /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
find_library(LAPACKE NAMES liblapacke.a lapacke REQUIRED)
find_library(LAPACK NAMES liblapack.a lapack HINTS ${netlib}/lapack REQUIRED)
find_library(BLAS NAMES libblas.a blas HINTS ${netlib}/blas REQUIRED)
foreach(library LAPACK BLAS)
  string(TOLOWER ${library} name)
  get_filename_component(real ${${library}} REALPATH)
  if(NOT real MATCHES "/${name}/lib${name}\\.a$")
    message(WARNING "${${library}} is not Debian's reference ${library} (${netlib}/${name}/lib${name}.a): the bytes that points.pca makes may then depend on the "
      "processor. Install lib${name}-dev and configure anew with -U ${library}.")
  endif()
endforeach()
find_library(GFORTRAN NAMES libgfortran.so.5 gfortran REQUIRED)
bf_plugin(pca points SOURCES pca.c axes.c covariance.c reference.c LIBRARIES ${LAPACKE} ${LAPACK} ${BLAS} ${GFORTRAN} m)
