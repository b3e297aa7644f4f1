/** What the auditor's pages remember while one entry is looked at: the filter, the log's size that is listed, the tab. */
import { Outlet } from '@tanstack/react-router';
import { createContext, use, useState } from 'react';
import type { LogFilter } from '../../contract/audit.ts';

export type AuditTab = 'entries' | 'evidence' | 'activity';

export interface Room {
  filter: LogFilter;
  setFilter: (filter: LogFilter) => void;
  /** Entries of the log that are listed; null before it is known: newer ones are asked for, or the list would move under who reads it. */
  size: number | null;
  setSize: (size: number) => void;
  tab: AuditTab;
  setTab: (tab: AuditTab) => void;
  /** Inclusive entry numbers that replay and export are about; null: the whole log. */
  range: { from: number; to: number } | null;
  setRange: (range: { from: number; to: number } | null) => void;
  /** The row that the keys are on. */
  row: number;
  setRow: (row: number) => void;
}

const RoomContext = createContext<Room | null>(null);

export function AuditRoom() {
  const [filter, setFilter] = useState<LogFilter>({});
  const [size, setSize] = useState<number | null>(null);
  const [tab, setTab] = useState<AuditTab>('entries');
  const [range, setRange] = useState<Room['range']>(null);
  const [row, setRow] = useState(0);
  const room: Room = {
    filter,
    setFilter: (next) => {
      setFilter(next);
      setRow(0);
    },
    size,
    setSize: (next) => {
      setSize(next);
      setRow(0);
    },
    tab,
    setTab,
    range,
    setRange,
    row,
    setRow,
  };
  return (
    <RoomContext value={room}>
      <Outlet />
    </RoomContext>
  );
}

export function useRoom(): Room {
  const room = use(RoomContext);
  if (!room) throw new Error('useRoom outside of AuditRoom');
  return room;
}
