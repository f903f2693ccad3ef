// Icons of 16 units, drawn with the text's colour. They say nothing to screen
// readers: the element around them has the name.
import type { ReactNode, SVGProps } from 'react'

function Icon({ children, ...rest }: SVGProps<SVGSVGElement> & { children: ReactNode }) {
  return (
    <svg
      width={16}
      height={16}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      {children}
    </svg>
  )
}

export const MenuIcon = () => (
  <Icon>
    <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />
  </Icon>
)
export const CloseIcon = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
)
export const CheckIcon = () => (
  <Icon>
    <path d="m3 8.5 3.2 3.2L13 5" />
  </Icon>
)
export const ChevronRightIcon = () => (
  <Icon>
    <path d="m6 3.5 4.5 4.5L6 12.5" />
  </Icon>
)
export const ChevronDownIcon = () => (
  <Icon>
    <path d="M3.5 6 8 10.5 12.5 6" />
  </Icon>
)
export const ChevronUpIcon = () => (
  <Icon>
    <path d="M3.5 10 8 5.5l4.5 4.5" />
  </Icon>
)
export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
)
export const PlayIcon = () => (
  <Icon fill="currentColor" strokeWidth={0}>
    <path d="M5 3.2v9.6a.4.4 0 0 0 .6.34l7.6-4.8a.4.4 0 0 0 0-.68L5.6 2.86A.4.4 0 0 0 5 3.2z" />
  </Icon>
)
export const StopIcon = () => (
  <Icon fill="currentColor" strokeWidth={0}>
    <rect x={4} y={4} width={8} height={8} rx={1.2} />
  </Icon>
)
export const RestartIcon = () => (
  <Icon>
    <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3" />
  </Icon>
)
export const MoreIcon = () => (
  <Icon>
    <circle cx={3.5} cy={8} r={0.9} fill="currentColor" />
    <circle cx={8} cy={8} r={0.9} fill="currentColor" />
    <circle cx={12.5} cy={8} r={0.9} fill="currentColor" />
  </Icon>
)
export const GearIcon = () => (
  <Icon>
    <circle cx={8} cy={8} r={2} />
    <path d="M8 1.8v1.7M8 12.5v1.7M1.8 8h1.7M12.5 8h1.7M3.6 3.6l1.2 1.2M11.2 11.2l1.2 1.2M12.4 3.6l-1.2 1.2M4.8 11.2l-1.2 1.2" />
  </Icon>
)
export const LockIcon = () => (
  <Icon>
    <rect x={3.5} y={7} width={9} height={6.5} rx={1.2} />
    <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
  </Icon>
)
export const GlobeIcon = () => (
  <Icon>
    <circle cx={8} cy={8} r={5.7} />
    <path d="M2.3 8h11.4M8 2.3c1.8 1.6 2.6 3.5 2.6 5.7S9.8 12.1 8 13.7M8 2.3C6.2 3.9 5.4 5.8 5.4 8s.8 4.1 2.6 5.7" />
  </Icon>
)
export const ClosedIcon = () => (
  <Icon>
    <circle cx={8} cy={8} r={5.7} />
    <path d="M5 8h6" />
  </Icon>
)
export const TrashIcon = () => (
  <Icon>
    <path d="M2.5 4.5h11M6 4.5V3h4v1.5M4 4.5l.6 8.5h6.8l.6-8.5M6.6 7v3.6M9.4 7v3.6" />
  </Icon>
)
export const CopyIcon = () => (
  <Icon>
    <rect x={5.5} y={5.5} width={8} height={8} rx={1.2} />
    <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
  </Icon>
)
export const LinkIcon = () => (
  <Icon>
    <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8" />
  </Icon>
)
export const DragIcon = () => (
  <Icon>
    <path d="M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01" strokeWidth={2} />
  </Icon>
)
export const ArrowUpIcon = () => (
  <Icon>
    <path d="M8 13V3M3.5 7.5 8 3l4.5 4.5" />
  </Icon>
)
export const ArrowDownIcon = () => (
  <Icon>
    <path d="M8 3v10M3.5 8.5 8 13l4.5-4.5" />
  </Icon>
)
export const EraserIcon = () => (
  <Icon>
    <path d="M6.5 13h7M3 9.6 9 3.5l4 4L8 12.6a1.4 1.4 0 0 1-2 0L3 9.6zM6 6.6l4 4" />
  </Icon>
)
export const SearchIcon = () => (
  <Icon>
    <circle cx={7} cy={7} r={4.2} />
    <path d="m10.2 10.2 3.3 3.3" />
  </Icon>
)
export const FolderIcon = () => (
  <Icon>
    <path d="M2 4.2a1 1 0 0 1 1-1h3l1.5 1.6H13a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1z" />
  </Icon>
)
export const NoteIcon = () => (
  <Icon>
    <path d="M4 2.5h5.5L12.5 5.5v7a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM9.3 2.6v3.1h3.1M5.3 8.3h5.2M5.3 10.8h3.4" />
  </Icon>
)
export const PeopleIcon = () => (
  <Icon>
    <circle cx={6} cy={5.5} r={2.3} />
    <path d="M1.8 13c.3-2.5 2-3.8 4.2-3.8s3.9 1.3 4.2 3.8M10.5 3.4a2.3 2.3 0 0 1 0 4.3M11.8 9.5c1.4.5 2.2 1.7 2.4 3.5" />
  </Icon>
)
export const PersonIcon = () => (
  <Icon>
    <circle cx={8} cy={5.3} r={2.6} />
    <path d="M2.8 13.5c.4-2.8 2.5-4.2 5.2-4.2s4.8 1.4 5.2 4.2" />
  </Icon>
)
export const CloudOffIcon = () => (
  <Icon>
    <path d="M5 12.5h6.2a2.5 2.5 0 0 0 1-4.8M10.5 6A3.7 3.7 0 0 0 5.7 4M4.1 6.1A3.3 3.3 0 0 0 5 12.5M2.5 2.5l11 11" />
  </Icon>
)
export const WarningIcon = () => (
  <Icon>
    <path d="M8 2.5 14 13H2zM8 6.5v3M8 11.3h.01" />
  </Icon>
)
export const ClockIcon = () => (
  <Icon>
    <circle cx={8} cy={8} r={5.7} />
    <path d="M8 4.8V8l2.2 1.5" />
  </Icon>
)
export const UploadIcon = () => (
  <Icon>
    <path d="M8 10.5V3M4.8 6 8 2.8 11.2 6M3 13.2h10" />
  </Icon>
)

export const DownloadIcon = () => (
  <Icon>
    <path d="M8 2.5v7.5M4.5 7 8 10.5 11.5 7M2.5 13h11" />
  </Icon>
)
export const HomeIcon = () => (
  <Icon>
    <path d="M2.5 7.5 8 2.8l5.5 4.7M4 6.5v6.7h8V6.5" />
  </Icon>
)
export const KeyIcon = () => (
  <Icon>
    <circle cx={5.3} cy={10.7} r={2.6} />
    <path d="m7.2 8.8 5.8-5.8M10.5 5.5l2 2" />
  </Icon>
)
export const SignOutIcon = () => (
  <Icon>
    <path d="M6.5 13.5h-3v-11h3M10 5l3 3-3 3M13 8H6.5" />
  </Icon>
)
export const SunIcon = () => (
  <Icon>
    <circle cx={8} cy={8} r={2.7} />
    <path d="M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1" />
  </Icon>
)
export const KeyboardIcon = () => (
  <Icon>
    <rect x={1.8} y={4} width={12.4} height={8} rx={1.3} />
    <path d="M4.5 6.7h.01M7 6.7h.01M9.5 6.7h.01M12 6.7h.01M5 9.5h6" />
  </Icon>
)
export const EditIcon = () => (
  <Icon>
    <path d="m3 13 .7-3L10.5 3.2a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7L6 12.3z" />
  </Icon>
)
export const EyeIcon = () => (
  <Icon>
    <path d="M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8z" />
    <circle cx={8} cy={8} r={1.9} />
  </Icon>
)
export const RunAllIcon = () => (
  <Icon>
    <path d="M2.5 3.6v8.8l5-4.4zM8.5 3.6v8.8l5-4.4z" />
  </Icon>
)
