# Completion scripts of the shells, printed by the executables themselves and installed where each
# shell looks for them by the name of what is being typed.
get_property(commands GLOBAL PROPERTY KONTRAKT_COMMANDS)
if(NOT "kontrakt" IN_LIST commands)
  return()
endif()
get_property(executables GLOBAL PROPERTY KONTRAKT_EXECUTABLES)
set(completions "${PROJECT_BINARY_DIR}/completions")
set(scripts)
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT "${completions}/kontrakt.${shell}"
    COMMAND ${CMAKE_COMMAND} -E make_directory "${completions}"
    # Nothing but what was just built: a PATH would bring in what else is installed here.
    COMMAND ${CMAKE_COMMAND} -E env --unset=PATH "$<TARGET_FILE:kontrakt>" completion ${shell}
      > "${completions}/kontrakt.${shell}"
    DEPENDS ${executables}
    COMMENT "Printing the completion script for ${shell}"
    VERBATIM)
  list(APPEND scripts "${completions}/kontrakt.${shell}")
endforeach()
add_custom_target(kontrakt_completions ALL DEPENDS ${scripts})

set(bash_folder "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
set(fish_folder "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(FILES "${completions}/kontrakt.bash" DESTINATION "${bash_folder}" RENAME kontrakt)
install(FILES "${completions}/kontrakt.fish" DESTINATION "${fish_folder}")
install(FILES "${completions}/kontrakt.zsh" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" RENAME _kontrakt)
# bash and fish look for a file under each command's own name; zsh reads the names from the file.
file(MAKE_DIRECTORY "${completions}/links/bash" "${completions}/links/fish")
foreach(command IN LISTS commands)
  if(NOT command STREQUAL kontrakt)
    file(CREATE_LINK kontrakt "${completions}/links/bash/kontrakt-${command}" SYMBOLIC)
    file(CREATE_LINK kontrakt.fish "${completions}/links/fish/kontrakt-${command}.fish" SYMBOLIC)
    install(FILES "${completions}/links/bash/kontrakt-${command}" DESTINATION "${bash_folder}")
    install(FILES "${completions}/links/fish/kontrakt-${command}.fish" DESTINATION "${fish_folder}")
  endif()
endforeach()
