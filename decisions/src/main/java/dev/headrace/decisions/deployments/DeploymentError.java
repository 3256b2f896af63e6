package dev.headrace.decisions.deployments;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a deployment cannot answer. */
public enum DeploymentError implements ErrorCode {
  /** No deployment of that name is declared. */
  DEPLOYMENT_UNKNOWN(ErrorKind.MISSING);

  private final ErrorKind kind;

  DeploymentError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
