# Packages: a tarball where libraries are linked statically, a Debian package where the distribution's are used.
set(CPACK_PACKAGE_NAME kontrakt)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_VENDOR Kontrakt)
set(CPACK_PACKAGE_CONTACT "Kontrakt <kontrakt@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Promotes images that passed their kontrakt")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_FILE_NAME "kontrakt-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

if(KONTRAKT_STATIC_LIBRARIES)
  set(CPACK_GENERATOR TGZ)
else()
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
  set(CPACK_DEBIAN_PACKAGE_SECTION devel)
  set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A kontrakt is a folder of Kubernetes manifests that defines when a build
succeeded: it runs the images just built, next to what they need, in a
temporary namespace; test pods say yes or no; only then are exactly those
bytes, by digest, promoted.")
endif()
include(CPack)
