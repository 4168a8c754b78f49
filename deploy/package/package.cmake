# What is installed, and the .deb made of it: `cpack --config <build>/CPackConfig.cmake`. deploy/package/build does both.
include(GNUInstallDirs)

set(GUICHET_PACKAGE ${CMAKE_SOURCE_DIR}/deploy/package)
install(TARGETS guichet RUNTIME DESTINATION /usr/bin)
install(FILES ${GUICHET_PACKAGE}/guichet.toml DESTINATION /etc/guichet)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/guichet.service ${CMAKE_SOURCE_DIR}/deploy/systemd/guichet@.service
        DESTINATION /lib/systemd/system)
install(CODE "
  execute_process(COMMAND $<TARGET_FILE:guichet> completion OUTPUT_FILE ${CMAKE_BINARY_DIR}/completion COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${CMAKE_BINARY_DIR}/completion DESTINATION /usr/share/bash-completion/completions RENAME guichet)")
install(FILES ${GUICHET_PACKAGE}/copyright ${CMAKE_SOURCE_DIR}/deploy/README.md ${CMAKE_SOURCE_DIR}/deploy/upgrade.md
        ${CMAKE_SOURCE_DIR}/common/config/reference.md DESTINATION /usr/share/doc/guichet)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/deploy/nginx ${CMAKE_SOURCE_DIR}/deploy/prometheus DESTINATION /usr/share/doc/guichet
        PATTERN "*.test.yml" EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME guichet)
set(CPACK_PACKAGE_CONTACT "Guichet <root@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "one counter for every voice: customers' messages in one queue")
set(CPACK_PACKAGE_DESCRIPTION
    "Comments, complaints and messages from social networks, mail, forms and phone come into one queue;\nagents and bots answer, and a dispute moves from public to private as one case.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Programs that are called, and data that are read.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "redis-server (>= 5:7.0), redis-tools, adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${CMAKE_BINARY_DIR}/conffiles "/etc/guichet/guichet.toml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${GUICHET_PACKAGE}/postinst ${GUICHET_PACKAGE}/prerm ${GUICHET_PACKAGE}/postrm
    ${CMAKE_BINARY_DIR}/conffiles)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
