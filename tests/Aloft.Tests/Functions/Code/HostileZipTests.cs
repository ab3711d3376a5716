using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Aloft.Platform.Functions.Code;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Code;

public sealed class HostileZipTests : IDisposable
{
    const string CouldNotUnzip = "Could not unzip uploaded file. Please check your file, then try to upload again.";

    readonly CodeFixture code = new();

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("a/..")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("//host/share")]
    [InlineData("C:/windows/evil")]
    [InlineData("c:evil")]
    [InlineData("..\\evil")]
    [InlineData("dir\\file.js")]
    [InlineData("line\nbreak")]
    [InlineData("nul\0byte")]
    public async Task An_entry_that_could_lead_out_is_refused(string name)
    {
        var message = await code.Refuses(TestZip.Of(("index.js", "x"), (name, "evil")));
        Assert.StartsWith(CouldNotUnzip, message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(code.Root, "evil")));
    }

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "../outside")]
    [InlineData("a/link", "../../outside")]
    [InlineData("link", "a/../../outside")]
    [InlineData("link", "a/../b")]
    [InlineData("link", "")]
    [InlineData("link", "..")]
    [InlineData("link", "..\\outside")]
    public async Task A_link_out_of_the_tree_is_refused(string name, string target)
    {
        var message = await code.Refuses(TestZip.Make(zip => TestZip.Add(zip, name, target, TestZip.Link | 0x1FF)));
        Assert.StartsWith(CouldNotUnzip, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_of_links_that_climbs_through_another_link_is_refused() => await code.Refuses(TestZip.Make(zip =>
    {
        TestZip.Add(zip, "deep/a/root", "../..", TestZip.Link | 0x1FF); // allowed by itself
        TestZip.Add(zip, "deep/out", "a/root/../..", TestZip.Link | 0x1FF); // inside by its text, outside in truth
    }));

    [Fact]
    public async Task A_link_with_an_endless_target_is_refused() =>
        await code.Refuses(TestZip.Make(zip => TestZip.Add(zip, "link", new string('a', 5_000), TestZip.Link | 0x1FF)));

    [Fact]
    public async Task An_entry_below_a_link_is_refused() => await code.Refuses(TestZip.Make(zip =>
    {
        TestZip.Add(zip, "dir", "real", TestZip.Link | 0x1FF);
        TestZip.Add(zip, "dir/file", "evil");
    }));

    [Fact]
    public async Task An_entry_below_a_file_is_refused() => await code.Refuses(TestZip.Of(("a", "file"), ("a/b", "evil")));

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_is_refused() => await code.Refuses(TestZip.Of(("a/b", "x"), ("a", "file")));

    [Theory]
    [InlineData("index.js")]
    [InlineData("./index.js")]
    [InlineData(".//index.js")]
    public async Task A_name_that_occurs_twice_is_refused(string again) =>
        Assert.Contains("occurs twice", await code.Refuses(TestZip.Of(("index.js", "1"), (again, "2"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(TestZip.Device)]
    [InlineData(TestZip.Pipe)]
    [InlineData(0xC000)]
    [InlineData(0x6000)]
    public async Task A_device_pipe_or_socket_is_refused(int type) =>
        await code.Refuses(TestZip.Make(zip => TestZip.Add(zip, "special", "", type | 0x1B6)));

    [Fact]
    public async Task A_folder_with_content_is_refused() => await code.Refuses(TestZip.Make(zip => TestZip.Add(zip, "dir/", "content", TestZip.Folder)));

    [Fact]
    public async Task Names_beyond_what_a_file_system_takes_are_refused()
    {
        await code.Refuses(TestZip.Of((new string('n', 256), "x")));
        await code.Refuses(TestZip.Of((new string('ä', 128), "x"))); // 256 bytes
        await code.Refuses(TestZip.Of((string.Concat(Enumerable.Repeat("d/", 200)) + "f", "x")));
        await code.Refuses(TestZip.Of((string.Join('/', Enumerable.Repeat(new string('d', 200), 12)), "x")));
    }

    [Fact]
    public async Task A_bomb_is_refused_by_what_it_says() => Assert.Equal(
        "Unzipped size must be smaller than 262144000 bytes",
        await code.Refuses(TestZip.Make(zip =>
        {
            TestZip.AddZeros(zip, "a", 131_072_000);
            TestZip.AddZeros(zip, "b", 131_072_001);
        })));

    [Fact]
    public async Task A_bomb_that_lies_about_its_size_is_refused_by_what_comes_out()
    {
        var bomb = TestZip.Make(zip => TestZip.AddZeros(zip, "a", 300_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(bomb.AsSpan(TestZip.LastIndexOf(bomb, "PK\x01\x02"u8) + 24), 10);
        await code.Refuses(bomb);
    }

    [Fact]
    public async Task A_directory_without_end_is_refused_before_it_is_read()
    {
        var record = new byte[46];
        "PK\x01\x02"u8.CopyTo(record);
        var many = new byte[record.Length * 100_001];
        for (var i = 0; i < 100_001; i++)
            record.CopyTo(many, i * record.Length);
        Assert.Contains("100000 entries", await code.Refuses(many), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encrypted_entry_is_refused()
    {
        var zip = TestZip.Of(("index.js", "secret"));
        zip[TestZip.LastIndexOf(zip, "PK\x01\x02"u8) + 8] |= 1;
        zip[6] |= 1;
        Assert.Contains("encrypted", await code.Refuses(zip), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_byte_of_content_is_found_by_its_checksum()
    {
        var zip = TestZip.Make(made =>
        {
            using var content = made.CreateEntry("index.js", CompressionLevel.NoCompression).Open();
            content.Write("exports.handler = 1"u8);
        });
        zip[zip.AsSpan().IndexOf("handler"u8)] ^= 0x20;
        Assert.Contains("damaged", await code.Refuses(zip), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_and_an_empty_zip_are_refused()
    {
        Assert.Equal("Uploaded file must be a non-empty zip", await code.Refuses([]));
        Assert.Equal("Uploaded file must be a non-empty zip", await code.Refuses(TestZip.Of()));
    }

    [Fact]
    public async Task What_is_no_zip_is_refused()
    {
        Assert.StartsWith(CouldNotUnzip, await code.Refuses("exports.handler = () => 1"u8.ToArray()), StringComparison.Ordinal);
        Assert.StartsWith(CouldNotUnzip, await code.Refuses("PK\x03\x04"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_truncation_is_refused()
    {
        var zip = TestZip.Of(("index.js", "exports.handler = () => 1"), ("lib/a.js", "1"));
        for (var length = 0; length < zip.Length; length++)
            await code.Refuses(zip[..length]);
    }

    [Fact]
    public async Task Any_damage_is_refused_or_harmless_and_never_a_fault_of_ours()
    {
        var zip = TestZip.Of(("index.js", "exports.handler = () => 1"), ("lib/a.js", new string('x', 500)));
        var random = new Random(20260301);
        for (var round = 0; round < 2_000; round++)
        {
            var damaged = zip.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                await code.Store.Check(damaged, Forever);
            }
            catch (ApiError refusal)
            {
                Assert.Equal("InvalidParameterValueException", refusal.Code);
            }
        }
        Assert.Empty(code.Left);
    }

    [Fact]
    public async Task A_check_that_was_cancelled_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await code.Store.Add(TestZip.Of(("a", "1")), cancelled.Token));
        Assert.Empty(code.Left);
    }

    public void Dispose() => code.Dispose();
}
