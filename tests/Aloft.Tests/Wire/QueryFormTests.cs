using System.Text;
using Aloft.Wire;
using Aloft.Wire.Query;

namespace Aloft.Tests.Wire;

public class QueryFormTests
{
    static Members Of(string form) => QueryForm.Parse("", Encoding.UTF8.GetBytes(form)).ToMembers();

    [Fact]
    public void Action_and_version_are_no_members_nor_is_the_signature()
    {
        var form = QueryForm.Parse("Action=A&Version=1&X-Amz-Signature=0&x-amz-date=1", "Name=n"u8);
        Assert.Equal(("A", "1"), (form.Action, form.Version));
        var members = form.ToMembers();
        Assert.Equal("n", members.RequiredString("Name"));
        members.Done();
    }

    [Fact]
    public void Text_is_decoded() => Assert.Equal("a b+ü&=/", Of("Name=a+b%2B%C3%BC%26%3D/").RequiredString("Name"));

    [Fact]
    public void Numbers_and_truth_are_read_from_text()
    {
        var members = Of("Count=12&Yes=true");
        Assert.Equal(12, members.OptionalInt("Count"));
        Assert.True(members.OptionalBool("Yes"));
    }

    [Theory]
    [InlineData("Names.member.1=a&Names.member.2=b&Names.member.10=c")]
    [InlineData("Names.member.10=c&Names.member.2=b&Names.member.1=a")]
    [InlineData("Names.1=a&Names.2=b&Names.3=c")]
    [InlineData("Names.member.7=a&Names.member.8=b&Names.member.9=c")]
    public void Lists_in_the_order_of_their_numbers(string form) => Assert.Equal(["a", "b", "c"], Of(form).OptionalStrings("Names"));

    [Fact]
    public void Maps_flat_and_not()
    {
        foreach (var form in new[] { "Map.entry.1.key=a&Map.entry.1.value=1&Map.entry.2.key=b&Map.entry.2.value=2", "Map.1.key=a&Map.1.value=1&Map.2.key=b&Map.2.value=2" })
            Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, Of(form).OptionalMap("Map"));
    }

    [Fact]
    public void Structures_and_lists_of_them()
    {
        var members = Of("Outer.Inner.Name=x&Tags.member.1.Key=k1&Tags.member.1.Value=v1&Tags.member.2.Key=k2&Tags.member.2.Value=");
        Assert.Equal("x", members.OptionalStructure("Outer")!.OptionalStructure("Inner")!.RequiredString("Name"));
        Assert.Equal(["k1=v1", "k2="], members.OptionalStructures("Tags")!.Select(tag => $"{tag.RequiredString("Key")}={tag.RequiredString("Value")}"));
    }

    [Theory]
    [InlineData("A=1&A=2", "more than once")]
    [InlineData("A=1&A.B=2", "contradicts")]
    [InlineData("A.B=2&A=1", "contradicts")]
    [InlineData("A..B=2", "empty part")]
    [InlineData(".=2", "empty part")]
    [InlineData("M.entry.1.key=a", "key and a value")]
    [InlineData("M.entry.1.key=a&M.entry.1.value=1&M.entry.2.key=a&M.entry.2.value=2", "twice")]
    public void Contradictions_are_refused(string form, string message)
    {
        var error = Assert.Throws<ApiError>(() => Of(form));
        Assert.Equal(("InvalidQueryParameter", 400), (error.Code, error.HttpStatus));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        Assert.Throws<ApiError>(() => Of(string.Join('.', Enumerable.Repeat("A", 1_000)) + "=1"));
        Assert.NotNull(Of(string.Join('.', Enumerable.Repeat("A", QueryForm.MaxDepth)) + "=1"));
        Assert.Throws<ApiError>(() => Of(string.Join('&', Enumerable.Range(0, QueryForm.MaxParameters + 1).Select(i => $"A{i}=1"))));
    }
}
