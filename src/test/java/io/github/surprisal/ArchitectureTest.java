/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data flows downwards through the rooms of the library, and nothing points back up. */
final class ArchitectureTest {

  private static final String BASE = "io.github.surprisal";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Losses.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void roomsAreInOrder() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(BASE + "..")
        .layer("cli")
        .definedBy(BASE + ".cli..")
        .layer("text")
        .definedBy(BASE + ".text")
        .layer("file")
        .definedBy(BASE + ".file")
        .layer("core")
        .definedBy(BASE)
        .layer("format")
        .definedBy(BASE + ".format")
        .layer("loss")
        .definedBy(BASE + ".loss")
        .layer("rows")
        .definedBy(BASE + ".rows")
        .layer("sum")
        .definedBy(BASE + ".sum")
        .layer("kernel")
        .definedBy(BASE + ".kernel")
        .layer("kernels")
        .definedBy(BASE + ".kernel.loop", BASE + ".kernel.simd")
        .whereLayer("cli")
        .mayOnlyAccessLayers("core", "text", "file")
        .whereLayer("text")
        .mayOnlyAccessLayers("core")
        .whereLayer("file")
        .mayOnlyAccessLayers("core")
        .whereLayer("core")
        .mayOnlyAccessLayers("format", "loss", "rows", "sum", "kernel")
        .whereLayer("format")
        .mayNotAccessAnyLayer()
        .whereLayer("loss")
        .mayOnlyAccessLayers("rows", "sum", "kernel")
        .whereLayer("rows")
        .mayOnlyAccessLayers("kernel")
        .whereLayer("sum")
        .mayNotAccessAnyLayer()
        .whereLayer("kernel")
        .mayOnlyAccessLayers("kernels") // the provider, which chooses one
        .whereLayer("kernels")
        .mayOnlyAccessLayers("kernel")
        .check(CLASSES);
  }

  @Test
  void noClassesFormACircle() {
    slices().assignedFrom(FILES).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheVectorKernelKnowsTheIncubator() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".kernel.simd")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .check(CLASSES);
  }

  /** Every source file with all that is nested in it. */
  private static final SliceAssignment FILES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getPackageName().startsWith(BASE)
              ? SliceIdentifier.of(topLevel(type).getName())
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "source files";
        }
      };

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
  }

  @Test
  void whatUsersSeeMentionsExportedTypesAlone() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(areSeenByUsers())
        .should(mentionExportedTypesAlone())
        .check(CLASSES);
  }

  private static final Set<String> EXPORTED = Set.of(BASE, BASE + ".text", BASE + ".file");

  private static DescribedPredicate<JavaClass> areSeenByUsers() {
    return DescribedPredicate.describe(
        "are public and exported",
        type ->
            EXPORTED.contains(type.getPackageName())
                && type.getModifiers()
                    .contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC));
  }

  private static ArchCondition<JavaMethod> mentionExportedTypesAlone() {
    return new ArchCondition<>("mention exported types alone") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        Stream.concat(method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()))
            .map(JavaClass::getBaseComponentType)
            .filter(type -> type.getPackageName().startsWith(BASE))
            .filter(type -> !areSeenByUsers().test(type))
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " mentions " + type.getName())));
      }
    };
  }

  @Test
  void theCoreStaysSmall() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/github/surprisal"))) {
      assertThat(files.filter(Files::isRegularFile)).hasSizeLessThanOrEqualTo(34);
    }
  }
}
