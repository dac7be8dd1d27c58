# SPDX-License-Identifier: ISC
# Debian marks libcurl's symbols with a version that no other distribution has. A program that is linked with Debian's
# library warns at each start elsewhere. So this makes a library of the same name to link with, which has the functions
# that we call, and no versions.
set(curl_functions curl_easy_cleanup curl_easy_getinfo curl_easy_init curl_easy_perform curl_easy_setopt
  curl_easy_strerror curl_getdate curl_global_init curl_slist_append curl_slist_free_all)
list(TRANSFORM curl_functions REPLACE "(.+)" "extern \"C\" void \\1() {}\n" OUTPUT_VARIABLE curl_lines)
string(JOIN "" curl_source ${curl_lines})
file(CONFIGURE OUTPUT unversioned_curl.cpp CONTENT "${curl_source}" @ONLY)
set(unversioned_curl ${CMAKE_CURRENT_BINARY_DIR}/libcurl.so.4)
add_custom_command(OUTPUT ${unversioned_curl}
  COMMAND ${CMAKE_CXX_COMPILER} -shared -fPIC -Wl,-soname,libcurl.so.4 -o ${unversioned_curl} unversioned_curl.cpp
  DEPENDS unversioned_curl.cpp VERBATIM)
add_custom_target(unversioned_curl DEPENDS ${unversioned_curl})
