/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.format;

import java.util.Locale;
import java.util.OptionalLong;

/** How reports write numbers for people: the same in every locale. */
public final class NumberText {

  private NumberText() {}

  /** {@link String#format} without a locale's own digits and separators. */
  public static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Six decimals, or an exponent where they would show too little or too much. */
  public static String number(double value) {
    return text(format(value), value);
  }

  /** A value and its standard error, in the format of the larger one. */
  public static String estimate(double value, double standardError) {
    double size = Math.abs(value);
    String format = format(standardError > size ? standardError : size); // which may be NaN
    return text(format + " ± " + format, value, standardError);
  }

  /** A value and its standard error in percent. */
  public static String percent(double value, double standardError) {
    return text("%.4f %% ± %.4f %%", 100 * value, 100 * standardError);
  }

  /** How many tokens there are of a kind, one or more, and where the first is, if that is known. */
  public static String positions(long tokens, OptionalLong first) {
    String which = tokens == 1 ? "1 scored token, " : text("%,d scored tokens, the first ", tokens);
    return first.isPresent()
        ? which + text("at position %,d (counted from 0)", first.getAsLong())
        : which + "at an unknown position";
  }

  private static String format(double value) {
    double size = Math.abs(value);
    boolean isPlain = size == 0 || (size >= 1e-3 && size < 1e9) || !Double.isFinite(size);
    return isPlain ? "%.6f" : "%.6e";
  }
}
