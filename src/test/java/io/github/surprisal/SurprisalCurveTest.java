/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** The picture of docs/metrics.md is what {@link SurprisalCurve} draws. */
final class SurprisalCurveTest {
  private static final Path FILE = Path.of("docs/surprisal-curve.svg");

  @Test
  void thePictureIsUpToDate() throws IOException {
    if (Boolean.getBoolean("surprisal.regenerate")) {
      Files.writeString(FILE, SurprisalCurve.draw());
    }
    assertThat(FILE)
        .as(
            "%s, which"
                + " mvn -q test -Dtest=SurprisalCurveTest -Dsurprisal.regenerate=true draws anew",
            FILE)
        .content(UTF_8)
        .isEqualTo(SurprisalCurve.draw());
  }

  @Test
  void thePictureIsWellFormed() throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    var root =
        builder
            .parse(new InputSource(new StringReader(SurprisalCurve.draw())))
            .getDocumentElement();
    assertThat(root.getTagName()).isEqualTo("svg");
    assertThat(root.getElementsByTagName("circle").getLength()).isEqualTo(3);
  }

  /** The labels beside the marked points say what the library computes. */
  @Test
  void theLabelsAreTrue() {
    double half = Losses.crossEntropy(FloatTensor.of(3, 3), IntTensor.scalar(1));
    double hundredth =
        Losses.crossEntropy(FloatTensor.wrap(new float[100], 100), IntTensor.scalar(7));
    assertThat(SurprisalCurve.draw())
        .contains("P = 0.5: " + rounded(half) + " nats, 1 bit<")
        .contains(
            "P = 0.01: "
                + rounded(hundredth)
                + " nats, "
                + rounded(Metrics.bitsPerToken(hundredth))
                + " bits<");
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
