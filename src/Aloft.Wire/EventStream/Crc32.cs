namespace Aloft.Wire.EventStream;

/// <summary>The checksum of event streams and of zip entries (ISO 3309), which the framework has not got.</summary>
public static class Crc32
{
    static readonly uint[] Table = MakeTable();

    /// <summary>Continues from <paramref name="crc"/>, which starts at 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (var value in bytes)
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }
        return table;
    }
}
