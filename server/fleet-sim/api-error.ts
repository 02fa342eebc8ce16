/** An error as vLLM answers it: `{"error": {message, type, param, code}}`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message)
  }

  get body() {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.status } }
  }
}

export function badRequest(message: string, param: string | null = null): ApiError {
  return new ApiError(400, 'BadRequestError', message, param)
}

export function modelNotFound(model: string): ApiError {
  return new ApiError(404, 'NotFoundError', `The model \`${model}\` does not exist.`, 'model')
}

export function internalError(message: string): ApiError {
  return new ApiError(500, 'InternalServerError', message)
}
