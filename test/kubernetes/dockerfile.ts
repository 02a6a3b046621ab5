import { DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { type ValidatorSettings, ValidationSeverity, validate } from 'dockerfile-utils';

/** Every complaint that the linter can be asked for. */
const strict: ValidatorSettings = {
  deprecatedMaintainer: ValidationSeverity.ERROR,
  directiveCasing: ValidationSeverity.ERROR,
  emptyContinuationLine: ValidationSeverity.ERROR,
  instructionCasing: ValidationSeverity.ERROR,
  instructionCmdMultiple: ValidationSeverity.ERROR,
  instructionEntrypointMultiple: ValidationSeverity.ERROR,
  instructionHealthcheckMultiple: ValidationSeverity.ERROR,
  instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
  instructionWorkdirRelative: ValidationSeverity.ERROR,
};

/** `12: …`, for each thing that is wrong or not good. */
export function lint(text: string): readonly string[] {
  return validate(text, strict).map(
    ({ range, message }) =>
      `${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  );
}

/** One `FROM` and what follows it. */
export interface Stage {
  readonly name: string;
  /** An image, or the name of a stage above. */
  readonly base: string;
  readonly instructions: readonly { readonly keyword: string; readonly args: string }[];
}

export function stagesOf(text: string): readonly Stage[] {
  const stages: { name: string; base: string; instructions: { keyword: string; args: string }[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (isFrom(instruction)) {
      stages.push({
        name: instruction.getBuildStage() ?? '',
        base: instruction.getImage() ?? '',
        instructions: [],
      });
    } else {
      stages.at(-1)?.instructions.push({
        keyword: instruction.getKeyword(),
        args: instruction.getArgumentsContent() ?? '',
      });
    }
  }
  return stages;
}

function isFrom(instruction: Instruction): instruction is From {
  return instruction.getKeyword() === 'FROM';
}
