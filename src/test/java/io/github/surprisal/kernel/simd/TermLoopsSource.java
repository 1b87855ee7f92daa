/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import java.util.List;
import java.util.Locale;

/**
 * Writes the source of {@code TermLoops}, in which the exponential stands once here and several
 * times there: for each vector of a turn in each loop.
 */
final class TermLoopsSource {

  /** A term from a logit v; {@code $} stands for the name of the vector. */
  private static final List<String> FORMULA =
      List.of(
          "FloatVector z$ = $.fma(log2e, magic$);",
          "FloatVector n$ = z$.sub(magic$);",
          "FloatVector r$ = n$.fma(minusLow, n$.fma(minusHigh, $));",
          "FloatVector p$ = r$.fma(c6, c5);",
          "p$ = p$.fma(r$, c4);",
          "p$ = p$.fma(r$, c3);",
          "p$ = p$.fma(r$, c2);",
          "p$ = p$.fma(r$, two);",
          "p$ = p$.fma(r$, two);",
          "IntVector k$ = z$.reinterpretAsInts();",
          "distances = distances.or(k$.lanewise(VectorOperators.XOR, lowest));",
          "FloatVector s$ = k$.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();");

  private static final String HEAD =
      """
      /*
       * Copyright 2026 The surprisal authors
       * SPDX-License-Identifier: Apache-2.0
       */

      package io.github.surprisal.kernel.simd;

      import static io.github.surprisal.kernel.Exponential.C2;
      import static io.github.surprisal.kernel.Exponential.C3;
      import static io.github.surprisal.kernel.Exponential.C4;
      import static io.github.surprisal.kernel.Exponential.C5;
      import static io.github.surprisal.kernel.Exponential.C6;
      import static io.github.surprisal.kernel.Exponential.HIGHEST;
      import static io.github.surprisal.kernel.Exponential.LN2_HIGH;
      import static io.github.surprisal.kernel.Exponential.LN2_LOW;
      import static io.github.surprisal.kernel.Exponential.LOG2_E;
      import static io.github.surprisal.kernel.Exponential.LOWEST;
      import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
      import static io.github.surprisal.kernel.simd.Vectors.INTS;
      import static io.github.surprisal.kernel.simd.Vectors.WIDTH;

      import io.github.surprisal.kernel.Exponential;
      import io.github.surprisal.kernel.Places;
      import jdk.incubator.vector.FloatVector;
      import jdk.incubator.vector.IntVector;
      import jdk.incubator.vector.VectorOperators;

      /**
       * The exponential of {@link Exponential} in vectors: a term for each logit. The class is generated:
       * the test class {@code TermLoopsSource} writes it, and {@code TermLoopsTest} fails if it is stale.
       *
       * <p>The formula is written out for each vector of a turn, with every constant in a local variable,
       * and each method holds one loop: C2 gives up on larger ones, on helpers that it should inline into
       * them, and on constants that are broadcast there.
       *
       * <p>The loops take logits as they are. They watch the bits of z and tell whether all logits were
       * within the range that terms have scales for; if not, what they wrote means nothing, and they are
       * to be called again with logits that are clamped to that range. Hardly any logits are beyond it,
       * and clamping all of them takes a fifth of the time.
       */
      final class TermLoops {

        /** Elements that one turn takes at one place. */
        static final int TURN = 2 * WIDTH;

        /** The bits in which z differs from LOWEST only where it is not from there to HIGHEST. */
        private static final int BEYOND = ~(LOWEST ^ HIGHEST);

        private TermLoops() {}
      """;

  private static final String CONSTANTS =
      """
          FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
          FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
          FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
          FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
          FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
          FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
          FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
          FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
          FloatVector two = FloatVector.broadcast(FLOATS, 2f);
          IntVector lowest = IntVector.broadcast(INTS, LOWEST);
          IntVector distances = IntVector.zero(INTS);
      """;

  private static final String END =
      """
          }
          return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
        }
      """;

  private TermLoopsSource() {}

  /** The whole source, formatted but for the breaks of long lines. */
  static String text() {
    return HEAD + atOnePlace() + atFourPlaces() + ofReferences() + pairs() + "}\n";
  }

  private static String atOnePlace() {
    return """

      /** Writes the terms of {@code length} logits, whole turns; returns whether all were in range. */
      static boolean atOnePlace(
          float[] x, int offset, int exponent, int length, float[] terms, int termsOffset) {
    """
        + "FloatVector magicA = FloatVector.broadcast(FLOATS, Exponential.magic(exponent));\n"
        + "FloatVector magicB = magicA;\n"
        + CONSTANTS
        + "for (int j = 0; j < length; j += TURN) {\n"
        + turn(
            List.of("a", "b"),
            List.of("offset + j", "offset + WIDTH + j"),
            List.of("termsOffset + j", "termsOffset + WIDTH + j"))
        + END;
  }

  private static String atFourPlaces() {
    StringBuilder text =
        new StringBuilder(
            """

              /**
               * Writes the terms of {@code length} logits, whole vectors, from element {@code from} on at each of
               * four places; returns whether all were in range.
               */
              static boolean atFourPlaces(
                  float[] x, Places places, int from, int length, float[] terms) {
            """);
    for (int place = 0; place < 4; place++) {
      String name = "ABCD".substring(place, place + 1);
      text.append(
          """
          FloatVector magic%1$s = FloatVector.broadcast(FLOATS, Exponential.magic(places.exponents[%2$d]));
          int offset%1$s = places.offsets[%2$d] + from;
          int terms%1$s = places.termsOffsets[%2$d] + from;
          """
              .formatted(name, place));
    }
    text.append(CONSTANTS);
    text.append("for (int j = 0; j < length; j += WIDTH) {\n");
    text.append(
        turn(
            List.of("a", "b", "c", "d"),
            List.of("offsetA + j", "offsetB + j", "offsetC + j", "offsetD + j"),
            List.of("termsA + j", "termsB + j", "termsC + j", "termsD + j")));
    return text + END;
  }

  private static String ofReferences() {
    return """

      /**
       * Writes the terms of {@code length} logits, whole turns, each with a reference of its own from
       * {@code from} on; returns whether all were in range.
       */
      static boolean ofReferences(
          float[] x, int offset, float[] magics, int from, int length, float[] terms, int termsOffset) {
    """
        + CONSTANTS
        + """
            for (int j = 0; j < length; j += TURN) {
              FloatVector magicA = FloatVector.fromArray(FLOATS, magics, from + j);
              FloatVector magicB = FloatVector.fromArray(FLOATS, magics, from + WIDTH + j);
          """
        + turn(
            List.of("a", "b"),
            List.of("offset + j", "offset + WIDTH + j"),
            List.of("termsOffset + j", "termsOffset + WIDTH + j"))
        + END;
  }

  private static String pairs() {
    return """

      /**
       * Writes the sums of two terms each, of {@code length} logits, whole vectors, at either offset, with
       * references from {@code from} on; returns whether all were in range.
       */
      static boolean pairs(
          float[] x,
          int offset,
          int otherOffset,
          float[] magics,
          int from,
          int length,
          float[] sums,
          int sumsOffset) {
    """
        + CONSTANTS
        + """
            for (int j = 0; j < length; j += WIDTH) {
              FloatVector magicA = FloatVector.fromArray(FLOATS, magics, from + j);
              FloatVector magicB = magicA;
          """
        + terms(List.of("a", "b"), List.of("offset + j", "otherOffset + j"))
        + """
          // Both products are exact, so this is one rounded addition.
          pb.fma(sb, pa.mul(sa)).intoArray(sums, sumsOffset + j);
          """
        + END;
  }

  /** One turn: the steps of the formula, each for all vectors, so that none waits for another. */
  private static String turn(List<String> vectors, List<String> from, List<String> to) {
    StringBuilder text = new StringBuilder(terms(vectors, from));
    for (int i = 0; i < vectors.size(); i++) {
      String vector = vectors.get(i);
      text.append("p%1$s.mul(s%1$s).intoArray(terms, %2$s);\n".formatted(vector, to.get(i)));
    }
    return text.toString();
  }

  private static String terms(List<String> vectors, List<String> from) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < vectors.size(); i++) {
      text.append(
          "FloatVector %s = FloatVector.fromArray(FLOATS, x, %s);\n"
              .formatted(vectors.get(i), from.get(i)));
    }
    for (String step : FORMULA) {
      for (String vector : vectors) {
        text.append(
            step.replace("magic$", "magic" + vector.toUpperCase(Locale.ROOT)).replace("$", vector));
        text.append('\n');
      }
    }
    return text.toString();
  }
}
