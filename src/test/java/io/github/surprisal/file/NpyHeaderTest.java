/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyHeaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'shape':(2,3),'fortran_order':False,'descr':'<f4'}",
        "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 3,)}",
        "  { 'fortran_order' : False ,\n'shape' : ( 2 ,\t3 , ) , 'descr' : '<f4' , }   \n",
        "{'descr':'<f4','shape':(02,3),'fortran_order':False,}\r\n",
        "{u'descr': u'<f4', u'fortran_order': False, u'shape': (2L, 3L)}",
        "{U'descr': U\"<f4\", 'fortran_order': False, 'shape': (2L , 3L , ), }"
      })
  void readsEverySpelling(String text) {
    assertThat(NpyHeader.parse(text)).isEqualTo(new NpyHeader("<f4", false, List.of(2L, 3L)));
  }

  @Test
  void readsShapesOfAnyRank() {
    assertThat(shape("()")).isEmpty();
    assertThat(shape("( )")).isEmpty();
    assertThat(shape("(7,)")).containsExactly(7L);
    assertThat(shape("(0, 9223372036854775807)")).containsExactly(0L, Long.MAX_VALUE);
    assertThat(shape("(" + "1, ".repeat(64) + ")")).hasSize(64);
  }

  @Test
  void readsFortranOrder() {
    assertThat(
            NpyHeader.parse("{'descr': '<f4', 'fortran_order': True, 'shape': ()}").fortranOrder())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                   |  at character 0: expected '{'",
        "{                                    |  at character 1: expected a quoted string",
        "{}                                   | : the key 'descr' is missing",
        "{'descr': '<f4'}                     | : the key 'fortran_order' is missing",
        "{'descr': '<f4', 'fortran_order': True}      | : the key 'shape' is missing",
        "{'descr': '<f4', 'descr': '<f4'}     |  at character 24: the key 'descr' appears twice",
        "{'descr': '<f4' 'shape': ()}         |  at character 16: expected '}'",
        "{'descr': '<f4',, 'shape': ()}       |  at character 16: expected a quoted string",
        "{'descr': '<f4'} x                   |  at character 17: expected the end of the header",
        "{'descr': '<f4'                      |  at character 15: expected '}'",
        "{'descr                              |  at character 1: expected the end of a short quoted"
            + " string",
        "{'descr' '<f4'}                      |  at character 9: expected ':'",
        "{'descr': 4}                         |  at character 10: expected a quoted string",
        "{'descr': b'<f4'}                    |  at character 10: expected a quoted string",
        "{'descr': u4}                        |  at character 11: expected a quoted string",
        "{'descr': [('a', '<f4')              |  at character 23: expected the end of a list",
        "{'descr': ['a                        |  at character 13: expected the end of a list",
        "{'shape': (2LL,)}                    |  at character 13: expected ',' after the only axis",
        "{'shape': (L,)}                      |  at character 11: expected the length of an axis",
        "{'fortran_order': 1}                 |  at character 18: expected True or False",
        "{'fortran_order': Falsehood}         |  at character 23: expected '}'",
        "{'shape': 3}                         |  at character 10: expected '('",
        "{'shape': [3]}                       |  at character 10: expected '('",
        "{'shape': (3)}                       |  at character 12: expected ',' after the only axis",
        "{'shape': (3 4)}                     |  at character 13: expected ',' after the only axis",
        "{'shape': (3, 4 5)}                  |  at character 16: expected ')'",
        "{'shape': (3, 4                      |  at character 15: expected ')'",
        "{'shape': (,)}                       |  at character 11: expected the length of an axis",
        "{'shape': (3.5,)}                    |  at character 12: expected ',' after the only axis",
        "{'shape': (-3,)}                     |  at character 11: the shape has a negative axis",
        "{'shape': (9223372036854775808,)}    |  at character 30: the shape has an axis of more"
            + " than 9223372036854775807",
        "{'shape': (), 'extra': 1}            |  at character 22: expected the keys descr,"
            + " fortran_order and shape only"
      })
  void saysWhatIsMalformed(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NpyHeader.parse(text))
        .withMessage("malformed header" + (problem.startsWith(":") ? "" : " ") + problem);
  }

  @Test
  void limitsTheRank() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shape("(" + "1, ".repeat(65) + ")"))
        .withMessageEndingWith(": the shape has more than 64 axes");
  }

  @Test
  void structuredTypesAreKeptAsTheyStand() {
    for (String fields :
        List.of("[]", "[('a', '<f4'), (']', \"')]\", (2, [3]))]", "('<f4', (3,))")) {
      String text = "{'descr': " + fields + ", 'fortran_order': False, 'shape': ()}";
      assertThat(NpyHeader.parse(text).description()).isEqualTo(fields);
    }
  }

  @Test
  void survivesDeepNesting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NpyHeader.parse("{'descr': " + "[(".repeat(30_000)))
        .withMessage("malformed header at character 60010: expected the end of a list");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NpyHeader.parse(String.join("", Collections.nCopies(60_000, "{"))))
        .withMessage("malformed header at character 1: expected a quoted string");
  }

  private static List<Long> shape(String text) {
    return NpyHeader.parse("{'descr': '<f4', 'fortran_order': False, 'shape': " + text + "}")
        .shape();
  }
}
