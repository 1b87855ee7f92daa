/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jar with the classifier {@code cli}, which holds other projects and their licences. */
final class CommandJarTest {

  /** Each project whose classes are in the jar, and how NOTICE begins to tell of it. */
  private static final Map<String, String> PROJECTS =
      Map.of(
          "io/github/surprisal/", "surprisal\nCopyright ",
          "picocli/", "\n- picocli (https://picocli.info), Apache License 2.0, see LICENSE.\n",
          "com/fasterxml/jackson/core/", "\n- jackson-core (https://github.com/FasterXML/",
          "me/tongfei/progressbar/",
              "\n- progressbar (https://github.com/ctongfei/progressbar), MIT",
          "org/jline/", "\n- JLine (https://github.com/jline/jline3), BSD-3-Clause licence:\n");

  /** What has to stand in each text; a licence that another one overwrote has not. */
  private static final Map<String, List<String>> TEXTS =
      Map.of(
          "LICENSE",
          List.of(
              "Apache License\n                           Version 2.0, January 2004",
              "END OF TERMS AND CONDITIONS"),
          "NOTICE",
          List.of(
              "Copyright 2026 The surprisal authors",
              "Copyright 2007-, Tatu Saloranta (tatu.saloranta@iki.fi)",
              "FastDoubleParser-LICENSE, FastDoubleParser-ThirdParty-LICENSE\n  and Schubfach-LICENSE",
              "copyright 2023 Werner\n  Randelshofer, Switzerland",
              "copyright 2018-2020 Raffaello\n  Giulietti",
              "Copyright (c) 2015--2020 Tongfei Chen",
              "Copyright (c) 2002-2023, the original author or authors",
              "Redistributions in binary form must reproduce",
              "The above copyright notice and this permission notice shall be included"),
          "FastDoubleParser-LICENSE",
          List.of("MIT License", "Werner Randelshofer"),
          "FastDoubleParser-ThirdParty-LICENSE",
          List.of("fast_float", "bigint"),
          "Schubfach-LICENSE",
          List.of("Raffaello Giulietti"));

  private static Path path() throws Exception {
    Class<?> main = Class.forName("io.github.surprisal.cli.Main");
    return Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String text(JarFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry("META-INF/" + name);
    return entry == null ? "" : new String(jar.getInputStream(entry).readAllBytes(), UTF_8);
  }

  @Test
  void noticeTellsOfEveryProjectInTheJar() throws Exception {
    try (JarFile jar = new JarFile(path().toFile())) {
      String notice = text(jar, "NOTICE");
      Set<String> found = new HashSet<>();
      for (String name : jar.stream().map(ZipEntry::getName).toList()) {
        if (name.endsWith(".class")) {
          String project =
              PROJECTS.keySet().stream().filter(name::startsWith).findFirst().orElse(name);
          assertTrue(notice.contains(PROJECTS.getOrDefault(project, name)), name);
          found.add(project);
        }
      }
      assertEquals(PROJECTS.keySet(), found);
    }
  }

  @Test
  void everyLicenceIsThere() throws Exception {
    try (JarFile jar = new JarFile(path().toFile())) {
      for (Map.Entry<String, List<String>> text : TEXTS.entrySet()) {
        for (String words : text.getValue()) {
          assertTrue(text(jar, text.getKey()).contains(words), text.getKey() + ": " + words);
        }
      }
    }
  }

  /** Of two entries of a name only one is found. */
  @Test
  void noNameIsThereTwice() throws Exception {
    try (JarFile jar = new JarFile(path().toFile())) {
      Set<String> texts = new TreeSet<>();
      Set<String> names = new HashSet<>();
      for (String name : jar.stream().map(ZipEntry::getName).toList()) {
        assertTrue(names.add(name), name);
        if (name.matches("(?i).*(licen[cs]e|notice|copying).*")) {
          texts.add(name.replace("META-INF/", ""));
        }
      }
      assertEquals(new TreeSet<>(TEXTS.keySet()), texts);
    }
  }

  @Test
  void theJarRuns() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                path().toString(),
                "--version")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.startsWith("surprisal "), output);
  }
}
