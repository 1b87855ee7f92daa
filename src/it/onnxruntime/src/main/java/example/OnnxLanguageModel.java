/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A causal language model in ONNX with the input {@code input_ids} and the output {@code logits}.
 *
 * <p>ONNX Runtime writes the logits into a buffer of ours (a "pinned output"), and the library
 * reads them right there: nothing is copied, and the buffer is used again for the next batch. What
 * {@link OnnxTensor#getFloatBuffer} returns would be a copy.
 */
final class OnnxLanguageModel implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
  private final OrtSession session;
  private final int vocabulary;
  private FloatBuffer logits = direct(0);

  OnnxLanguageModel(Path file) throws OrtException {
    session = environment.createSession(file.toString(), options);
    TensorInfo output = (TensorInfo) session.getOutputInfo().get("logits").getInfo();
    vocabulary = (int) output.getShape()[2];
  }

  /** ONNX Runtime writes to direct buffers only, and in the byte order of the machine. */
  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /**
   * Runs the model on a batch.
   *
   * @param inputIds token ids of shape (batch, seq)
   * @return logits of shape (batch, seq, vocabulary), to be read before the next run
   */
  FloatTensor logits(IntTensor inputIds) throws OrtException {
    int batch = inputIds.shape().axis(0);
    int seq = inputIds.shape().axis(1);
    int size = Math.multiplyExact(batch * seq, vocabulary);
    if (logits.capacity() < size) {
      logits = direct(size);
    }
    logits.clear().limit(size);
    long[] ids = Arrays.stream(inputIds.toArray()).asLongStream().toArray();
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {batch, seq});
        OnnxTensor output =
            OnnxTensor.createTensor(environment, logits, new long[] {batch, seq, vocabulary})) {
      session.run(Map.of("input_ids", input), Map.of("logits", output)).close();
      return FloatTensor.wrap(logits, batch, seq, vocabulary);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
    options.close();
  }
}
