/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Optional;

/**
 * A flag of HotSpot and the value that it should have.
 *
 * @param name without {@code -XX:}
 * @param value as text
 */
record HotSpotFlag(String name, String value) {

  /**
   * The value that the flag has, or nothing where there is no such flag or the module {@code
   * jdk.management} is not there to tell. Only reflection can ask it without requiring it.
   */
  Optional<String> current() {
    try {
      Class<?> diagnostics = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getPlatformMXBean", Class.class)
              .invoke(null, diagnostics);
      Object option = diagnostics.getMethod("getVMOption", String.class).invoke(bean, name);
      return Optional.of((String) option.getClass().getMethod("getValue").invoke(option));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError notToBeHad) {
      return Optional.empty();
    }
  }
}
