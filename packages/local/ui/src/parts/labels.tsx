import './labels.css';

interface LabelsProps {
  readonly labels: Readonly<Record<string, string>>;
  /** Names that are shown elsewhere already. */
  readonly without?: readonly string[];
}

/** Labels as `name=value`, each a piece that does not break. */
export function LabelList({ labels, without = [] }: LabelsProps) {
  const shown = Object.entries(labels).filter(([name]) => !without.includes(name));
  return (
    <span class="labels">
      {shown.map(([name, value]) => (
        <span key={name} class="labels-one" title={`${name}=${value}`}>
          <span class="muted">{name}=</span>
          {value}
        </span>
      ))}
    </span>
  );
}
